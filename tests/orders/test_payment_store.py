"""The state of a payment is stored once, whatever comes at the same time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.database import Database, open_database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_store import (
    claim_refresh,
    set_payment,
    take_number,
)
from bookshop.orders.store import add_order, find_order, lock_order
from tests.builders import A_CHARGE, a_book, an_order, store_book

NOW = datetime(2026, 11, 23, 6, 20, 30, 123456, tzinfo=UTC)


MIN_REFRESH_INTERVAL = timedelta(seconds=2)


PAID: dict[str, Any] = {
    "payment": PaymentState.PAID,
    "intent_status": "succeeded",
    "charge": A_CHARGE,
    "paid_at": NOW,
}


def place(db: Connection, order: Order) -> Order:
    """Store an order and the books it needs."""
    for line in order.lines:
        store_book(db, a_book(isbn=line.isbn))
    add_order(db, order)
    return order


async def placed(database: Database, **changed: Any) -> Order:
    return await database.write(place, an_order(a_book(), **changed))


def refreshed_at(db: Connection, token: str) -> datetime:
    order = find_order(db, token)
    assert order is not None
    return order.refreshed_at


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened a second time as by another process."""
    other = open_database(database_url)
    yield other
    await other.close()


async def test_the_state_of_the_payment_is_stored(database: Database) -> None:
    ends: list[dict[str, Any]] = [
        {"number": 1001, **PAID},
        {"payment": PaymentState.PROCESSING, "intent_status": "processing"},
        {"payment": PaymentState.CANCELLED, "intent_status": "canceled"},
        {"failure": "Your card was declined.", "intent_status": "requires_payment_method"},
        {"review_reason": "amount", "intent_status": "succeeded"},
    ]
    orders = [replace(await placed(database), **changed) for changed in ends]
    bystander = await placed(database)
    for order in orders:
        await database.write(set_payment, order)
    for order in (*orders, bystander):
        assert await database.read(find_order, order.token) == order


@pytest.mark.parametrize("changed", [{"payment": PaymentState.PAID}, {"paid_at": NOW}])
async def test_a_paid_order_has_a_moment_and_no_other_has(
    database: Database, changed: dict[str, Any]
) -> None:
    order = await placed(database)
    with pytest.raises(IntegrityError):
        await database.write(set_payment, replace(order, **changed))
    assert await database.read(find_order, order.token) == order


async def test_no_two_orders_have_the_same_number(database: Database) -> None:
    first, second = await placed(database), await placed(database)
    await database.write(set_payment, replace(first, number=1001, **PAID))
    with pytest.raises(IntegrityError):
        await database.write(set_payment, replace(second, number=1001, **PAID))


async def test_one_of_many_callers_at_once_may_read_stripe(database: Database, other: Database) -> None:
    order = await placed(database)
    may_ask = await asyncio.gather(
        *(
            (database, other)[n % 2].write(claim_refresh, order.id, NOW, MIN_REFRESH_INTERVAL)
            for n in range(20)
        )
    )
    assert may_ask.count(True) == 1
    assert await database.read(refreshed_at, order.token) == NOW


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 5000), max_size=10))
async def test_between_two_reads_lies_an_interval(database: Database, steps: list[int]) -> None:
    order, now = await placed(database), NOW
    asked: list[datetime] = []
    for milliseconds in steps:
        now += timedelta(milliseconds=milliseconds)
        may_ask = await database.write(claim_refresh, order.id, now, MIN_REFRESH_INTERVAL)
        assert may_ask is (not asked or now - asked[-1] >= MIN_REFRESH_INTERVAL)
        asked += [now] * may_ask


async def test_an_order_that_does_not_exist_cannot_be_claimed(database: Database) -> None:
    assert not await database.write(claim_refresh, "no order", NOW, MIN_REFRESH_INTERVAL)


async def test_numbers_are_given_once_and_in_sequence(database: Database, other: Database) -> None:
    numbers = await asyncio.gather(*((database, other)[n % 2].write(take_number) for n in range(30)))
    assert sorted(filter(None, numbers)) == list(range(1001, 1031))


async def test_a_number_that_was_not_used_is_given_again(database: Database) -> None:
    def fail(db: Connection) -> None:
        raise LookupError(take_number(db))

    with pytest.raises(LookupError, match="1001"):
        await database.write(fail)
    assert await database.write(take_number) == 1001


async def test_an_update_of_an_order_waits_for_the_other(database: Database, other: Database) -> None:
    order = await placed(database)

    def count_failures(db: Connection) -> None:
        locked = lock_order(db, order.id)
        set_payment(db, replace(locked, failure=f"{int(locked.failure or 0) + 1}"))

    await asyncio.gather(*((database, other)[n % 2].write(count_failures) for n in range(30)))
    assert (await database.write(lock_order, order.id)).failure == "30"


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("state", "write"),
    [
        ({}, lambda db, order: claim_refresh(db, order.id, NOW, MIN_REFRESH_INTERVAL)),
        ({}, lambda db, order: set_payment(db, replace(order, payment=PaymentState.PROCESSING))),
    ],
)
async def test_a_write_changes_one_order_only(
    database: Database, state: dict[str, Any], write: Callable[[Connection, Order], object], is_first: bool
) -> None:
    # Stripe gives no id twice
    orders = [
        await placed(
            database, **{name: f"{value}{n}" if "id" in name else value for name, value in state.items()}
        )
        for n in range(2)
    ]
    target, other = orders if is_first else reversed(orders)
    await database.write(write, target)
    assert await database.read(find_order, other.token) == other
    assert await database.read(find_order, target.token) != target
