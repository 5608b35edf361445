"""What is done often is limited by browser and network, counted for all processes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bookshop.app import create_app
from bookshop.database import Database
from bookshop.orders.hourly_limit import WINDOW, AttemptKind, allow_attempt, keyed_hash
from bookshop.schema import attempts
from tests.builders import a_book, some_settings, store_book
from tests.processes import Process
from tests.shopper import Shopper, text_of


def let_time_pass(db: Connection) -> None:
    db.execute(attempts.update().values(at=datetime.now(UTC) - WINDOW - timedelta(seconds=1)))


async def test_each_name_has_its_own_count(database: Database) -> None:
    for _ in range(3):
        assert await database.write(allow_attempt, AttemptKind.ORDER, ["one"], 3)
    assert not await database.write(allow_attempt, AttemptKind.ORDER, ["one"], 3)
    assert not await database.write(allow_attempt, AttemptKind.ORDER, ["two", "one"], 3)
    assert await database.write(allow_attempt, AttemptKind.ORDER, ["two"], 3)
    assert await database.write(allow_attempt, AttemptKind.FIND_ORDER, ["one"], 3)
    await database.write(let_time_pass)
    assert await database.write(allow_attempt, AttemptKind.ORDER, ["one"], 3)


def test_a_hash_does_not_show_the_name() -> None:
    name = keyed_hash("secret", "203.0.113.7")
    assert "203" not in name
    assert name == keyed_hash("secret", "203.0.113.7")
    assert name != keyed_hash("another secret", "203.0.113.7")


async def test_a_shopper_who_places_too_many_sees_what_to_do(
    database: Database, database_url: str, simulator: Process
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    settings = some_settings(
        DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url, MAX_ORDERS_PER_HOUR="2"
    )
    async with create_app(settings).test_app() as running:
        client = running.test_client()
        for n, status in enumerate((303, 303, 429)):
            answer = await Shopper(client).place(book.isbn, name=f"Ada {n}")
            assert answer.status_code == status
        page = await text_of(answer)
    assert "Too many orders in a short time" in page
    assert 'value="Ada 2"' in page


NEIGHBOURS = ["[2001:db8::1]:4711", "2001:db8::2", "2001:db8::9:9:9:9"]
WRITTEN = ["::ffff:203.0.113.7", "203.0.113.7:4711", "203.0.113.7"]


@pytest.mark.parametrize("addresses", [NEIGHBOURS, WRITTEN])
async def test_the_addresses_of_one_network_are_counted_together(
    addresses: list[str], database: Database, database_url: str, simulator: Process
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    settings = some_settings(
        DATABASE_URL=database_url,
        STRIPE_API_BASE=simulator.url,
        MAX_ORDERS_PER_HOUR="2",
        TRUSTED_PROXIES="1",
    )
    async with create_app(settings).test_app() as running:

        async def place(address: str) -> int:
            shopper = Shopper(running.test_client())
            form = await shopper.open_form(book.isbn)
            answer = await shopper.client.post("/checkout", form=form, headers={"X-Forwarded-For": address})
            return answer.status_code

        assert [await place(address) for address in addresses] == [303, 303, 429]
        assert await place("198.51.100.1") == 303


async def test_old_attempts_are_deleted_and_others_kept(database: Database) -> None:
    def count(db: Connection) -> int:
        return db.execute(select(func.count()).select_from(attempts)).scalar_one()

    await database.write(allow_attempt, AttemptKind.ORDER, ["one", "two"], 3)
    await database.write(let_time_pass)
    await database.write(allow_attempt, AttemptKind.ORDER, ["three"], 3)
    assert await database.read(count) == 1
    assert not await database.write(allow_attempt, AttemptKind.ORDER, ["three", "four"], 1)
    assert await database.read(count) == 1
    assert timedelta(hours=1) == WINDOW
