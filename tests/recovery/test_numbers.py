"""Order numbers after a restore: none is given twice, and the audit accepts the skipped."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bookshop.database import Database, open_database
from bookshop.orders.audit.number_rules import find_gaps
from bookshop.orders.payment_store import take_number
from bookshop.recovery.recovery_store import (
    begin_recovery,
    end_recovery,
    find_pending_recovery,
    skip_numbers,
)

NOW = datetime(2026, 11, 29, 17, tzinfo=UTC)


def recover(db: Connection, payments: int) -> None:
    """Skip the numbers of so many payments."""
    recovery = begin_recovery(db, NOW, NOW)
    skip_numbers(db, recovery.id, payments)
    end_recovery(db, recovery.id, NOW)


async def test_no_number_is_given_until_it_is_known_how_many_were(database: Database) -> None:
    assert await database.write(take_number) == 1001
    recovery = await database.write(begin_recovery, NOW, NOW)
    assert await database.write(take_number) is None
    # begun again, it is the same one
    assert await database.write(begin_recovery, NOW.replace(year=2027), NOW) == recovery
    await database.write(skip_numbers, recovery.id, 4)
    assert await database.write(take_number) == 1006
    # done again, it changes nothing
    await database.write(skip_numbers, recovery.id, 9)
    assert await database.write(take_number) == 1007
    await database.write(end_recovery, recovery.id, NOW)
    assert await database.read(find_pending_recovery) is None
    assert (await database.write(begin_recovery, NOW, NOW)).id > recovery.id


async def test_a_backup_that_was_made_during_a_comparison_is_counted_again(database: Database) -> None:
    earlier = await database.write(begin_recovery, NOW, NOW)
    await database.write(skip_numbers, earlier.id, 2)
    # restored at this point, after more numbers were given
    again = await database.write(begin_recovery, NOW.replace(year=2027), NOW)
    assert (again.since, await database.write(take_number)) == (NOW, None)
    await database.write(skip_numbers, again.id, 3)
    assert await database.write(take_number) == 1006
    await database.write(end_recovery, again.id, NOW)
    assert await database.read(find_pending_recovery) is None
    assert await database.read(list_skipped) == [1001, 1002, 1003, 1004, 1005]


async def test_numbers_that_are_given_meanwhile_are_never_skipped_ones(
    database: Database, database_url: str
) -> None:
    other = open_database(database_url)

    async def skip() -> None:
        for payments in (3, 0, 7):
            recovery = await other.write(begin_recovery, NOW, NOW)
            await asyncio.sleep(0.01)
            await asyncio.gather(*(other.write(skip_numbers, recovery.id, payments) for _ in range(2)))
            await other.write(end_recovery, recovery.id, NOW)

    takers = [(database, other)[n % 2].write(take_number) for n in range(60)]
    given_or_none, _ = await asyncio.gather(asyncio.gather(*takers), skip())
    numbers = [number for number in given_or_none if number is not None]
    skipped = await database.read(list_skipped)
    assert len({*numbers, *skipped}) == len(numbers) + len(skipped)
    assert {*numbers, *skipped} == set(range(1001, 1001 + len(numbers) + 10))
    await other.close()


def list_skipped(db: Connection) -> list[int]:
    rows = db.execute(text("SELECT skipped_after, skipped_to FROM recoveries"))
    return [number for after, up_to in rows for number in range(after + 1, up_to + 1)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 3), max_size=6), changed=st.integers(0, 5))
async def test_the_audit_accepts_exactly_the_skipped_numbers(
    database: Database, steps: list[int], changed: int
) -> None:
    """Each step skips numbers, and gives one to an order that does not exist."""

    def check(db: Connection) -> None:
        for payments in steps:
            recover(db, payments)
            take_number(db)
        # no order has a number here, so each that was given is missing, and no skipped one is
        found = [(int(one.expected), int(one.found)) for one in find_gaps(db)]
        missing = [number for first, last in found for number in range(first, last)]
        given = sorted(set(range(1001, 1001 + len(steps) + sum(steps))) - set(list_skipped(db)))
        assert missing == given
        db.rollback()

    await database.write(check)


@pytest.mark.parametrize("up_to", [1003, 1005])
async def test_another_number_than_the_skipped_ones_is_a_violation(database: Database, up_to: int) -> None:
    def check(db: Connection) -> list[object]:
        recover(db, 4)
        assert not list(find_gaps(db))
        db.execute(text("UPDATE recoveries SET skipped_to = :up_to"), {"up_to": up_to})
        return list(find_gaps(db))

    assert len(await database.write(check)) == 1
