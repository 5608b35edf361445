"""Whatever two people do with some orders, every copy is somewhere, and only once."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.database import Database, open_database
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from tests.fulfilment.attempts import ON_ORDERS, Attempt, Books, act
from tests.fulfilment.stored_orders import (
    check_audit,
)


@contextmanager
def refused(changed_to: int | None) -> Iterator[None]:
    """Let an attempt be refused, also because the order has changed to this version."""
    with suppress(NotAllowed):
        try:
            yield
        except OrderChanged as changed:
            if changed.last.version != changed_to:
                raise


NAMES = [
    *ON_ORDERS,
    *ON_ORDERS,
    "arrive",
    "arrive",
    "count",
    "refund elsewhere",
    "lose the dispute",
    "send mail",
]
ATTEMPTS = st.builds(
    Attempt,
    st.sampled_from(NAMES),
    st.integers(0, 5),
    st.none() | st.integers(1, 3),
    st.booleans(),
    st.sampled_from([0, 0, 1, 30]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ATTEMPTS, st.sampled_from(["anna", "ben"])), min_size=3, max_size=25))
async def test_any_actions_keep_every_rule(sqlite_url: str, attempts: list[tuple[Attempt, str]]) -> None:
    def check(db: Connection) -> None:
        shop = Books()
        shop.store(db)
        for attempt, actor in attempts:
            current = find_version(db, shop.find_order(attempt).id)
            version = max(current - 1, 0) if attempt.is_stale else current
            with refused(current if version != current else None), db.begin_nested():
                act(db, shop, attempt, actor, version)
        check_audit(db)

    database = open_database(sqlite_url)
    await database.write(check)
    await database.close()


async def test_two_people_at_once_keep_every_rule(database: Database) -> None:
    for seed in range(3):
        shop = Books()
        await database.write(shop.store)
        people = (("anna", random.Random(seed)), ("ben", random.Random(seed + 9)))
        await asyncio.gather(*(work(database, shop, *person) for person in people))
        await database.read(check_audit)


async def work(database: Database, shop: Books, actor: str, chance: random.Random) -> None:
    """Try many things, each with an order as it was a moment ago."""
    for _ in range(40):
        name = chance.choice([*ON_ORDERS, "pack", "ship", "make_ready", "arrive", "arrive"])
        attempt = Attempt(name, chance.randrange(6), chance.choice([None, None, 1, 2]))
        version = await database.read(find_version, shop.find_order(attempt).id)
        with suppress(NotAllowed, OrderChanged):
            await database.write(act, shop, attempt, actor, version)
