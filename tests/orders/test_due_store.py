"""Due orders are listed, claimed and released by one process at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.due_store import claim_due, end_claim, list_due_orders, set_due
from bookshop.orders.order import Order
from bookshop.orders.store import add_order, find_order_by_id
from tests.builders import a_book, an_order, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNTIL = NOW + 2 * MINUTE


def add(db: Connection, order: Order) -> Order:
    for line in order.lines:
        store_book(db, a_book(isbn=line.isbn))
    add_order(db, order)
    return order


async def add_due(database: Database, due_at: datetime | None, **changed: Any) -> Order:
    return await database.write(add, an_order(due_at=due_at, **changed))


async def find(database: Database, order: Order) -> Order:
    found = await database.read(find_order_by_id, order.id)
    assert found
    return found


async def test_due_orders_are_listed_the_longest_waiting_first(database: Database) -> None:
    now_due = await add_due(database, NOW)
    long_due = await add_due(database, NOW - MINUTE)
    await add_due(database, NOW + MINUTE)
    await add_due(database, None)
    assert await database.read(list_due_orders, NOW, 9) == [long_due.id, now_due.id]
    assert await database.read(list_due_orders, NOW, 1) == [long_due.id]


async def test_a_due_order_is_claimed_once(database: Database) -> None:
    order = await add_due(database, NOW)
    claimed = await database.write(claim_due, order.id, NOW, UNTIL)
    assert claimed
    assert (claimed.id, claimed.due_at) == (order.id, UNTIL)
    assert await database.write(claim_due, order.id, NOW, UNTIL) is None
    assert await database.write(claim_due, order.id, UNTIL, UNTIL + MINUTE)


async def test_an_order_that_is_not_due_is_not_claimed(database: Database) -> None:
    later, never = await add_due(database, NOW + MINUTE), await add_due(database, None)
    assert await database.write(claim_due, later.id, NOW, UNTIL) is None
    assert await database.write(claim_due, never.id, NOW, UNTIL) is None


async def test_the_end_of_a_claim_sets_when_the_order_is_due_next(database: Database) -> None:
    order = await add_due(database, NOW)
    await database.write(claim_due, order.id, NOW, UNTIL)
    await database.write(end_claim, order.id, UNTIL, NOW + 9 * MINUTE, 3)
    ended = await find(database, order)
    assert (ended.due_at, ended.failed_attempts) == (NOW + 9 * MINUTE, 3)


async def test_an_event_during_a_claim_keeps_the_order_due(database: Database) -> None:
    order = await add_due(database, NOW)
    await database.write(claim_due, order.id, NOW, UNTIL)
    await database.write(set_due, order.id, NOW + MINUTE)
    await database.write(end_claim, order.id, UNTIL, None, 0)
    assert (await find(database, order)).due_at == NOW + MINUTE


async def test_an_order_that_is_claimed_for_too_long_stays_due(database: Database) -> None:
    order = await add_due(database, NOW)
    await database.write(claim_due, order.id, NOW, UNTIL)
    await database.write(set_due, order.id, UNTIL + MINUTE)
    await database.write(end_claim, order.id, UNTIL, None, 0)
    assert (await find(database, order)).due_at == UNTIL + MINUTE


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("write", "due_at"),
    [
        (lambda db, order: set_due(db, order.id, UNTIL), UNTIL),
        (lambda db, order: claim_due(db, order.id, NOW, UNTIL), UNTIL),
        (lambda db, order: end_claim(db, order.id, NOW, None, 3), None),
    ],
    ids=["set_due", "claim_due", "end_claim"],
)
async def test_a_write_makes_one_order_due(
    database: Database, write: Callable[[Connection, Order], object], due_at: datetime, is_first: bool
) -> None:
    orders = [await add_due(database, NOW) for _ in range(2)]
    target, other = orders if is_first else reversed(orders)
    await database.write(write, target)
    assert (await find(database, target)).due_at == due_at
    assert await find(database, other) == other
