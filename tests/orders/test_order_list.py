"""A bookseller lists orders by state, finds one by its number or id, and sees what it moved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock, reserve_stock, return_stock, sell_stock
from bookshop.database import Database
from bookshop.orders.order import NEEDS_REVIEW, Order, PaymentState
from bookshop.orders.order_list import (
    MAX_NUMBER_DIGITS,
    StockMovement,
    find_order_by_reference,
    list_movements,
    list_orders,
    list_payable_orders,
)
from bookshop.orders.order_state import PARTLY_REFUNDED, REFUNDED, STATES
from bookshop.orders.refund import Refund, RefundStatus
from bookshop.orders.store import add_order
from bookshop.payments.refund_store import add_refund
from bookshop.schema import orders
from tests.builders import A_CHARGE, a_book, an_order, sgd, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
BOOK = a_book(stock=9)
CHANGED: tuple[dict[str, Any], ...] = (
    {},
    {"payment": PaymentState.PROCESSING},
    {"payment": PaymentState.PAID, "paid_at": NOW, "charge": A_CHARGE},
    {"payment": PaymentState.CANCELLED},
    {"review_reason": "amount"},
)
OPEN, PROCESSING, PAID, CANCELLED, REVIEW = ORDERS = tuple(
    an_order(BOOK, placed_at=NOW + timedelta(minutes=n), **changed) for n, changed in enumerate(CHANGED)
)


def fill(db: Connection) -> None:
    store_book(db, BOOK)
    for order in ORDERS:
        add_order(db, order)


@pytest.fixture
async def filled(database: Database) -> Database:
    await database.write(fill)
    return database


async def test_orders_are_listed_the_newest_first(filled: Database) -> None:
    listed = await filled.read(list_orders)
    assert [one.id for one in listed] == [order.id for order in reversed(ORDERS)]
    assert [one.state for one in listed] == [NEEDS_REVIEW, "cancelled", "paid", "processing", "open"]
    assert (listed[2].paid_at, listed[2].total, listed[2].name) == (NOW, PAID.total, PAID.name)
    assert [one.id for one in await filled.read(list_orders, "", 2)] == [REVIEW.id, CANCELLED.id]


@pytest.mark.parametrize(("state", "order"), list(zip(STATES, ORDERS, strict=False)), ids=STATES[:5])
async def test_orders_are_listed_by_state(filled: Database, state: str, order: Order) -> None:
    assert [one.id for one in await filled.read(list_orders, state)] == [order.id]


@pytest.mark.parametrize(
    ("refunds", "state", "minor"),
    [
        ((), "paid", 0),
        (((1890, "failed"),), "paid", 0),
        (((1, "requested"),), PARTLY_REFUNDED, 1),
        (((1000, "succeeded"), (889, "pending"), (1, "failed")), PARTLY_REFUNDED, 1889),
        (((1000, "succeeded"), (890, "pending")), REFUNDED, 1890),
        (((1890, "succeeded"),), REFUNDED, 1890),
    ],
)
async def test_a_paid_order_is_listed_by_its_refunds(
    filled: Database, refunds: tuple[tuple[int, str], ...], state: str, minor: int
) -> None:
    for number, (amount, status) in enumerate(refunds):
        refund = Refund(f"refund {number}", PAID.id, sgd(amount), "", NOW, RefundStatus(status))
        await filled.write(add_refund, refund)
    for each in STATES:
        listed = [one for one in await filled.read(list_orders, each) if one.id == PAID.id]
        assert [(one.state, one.refunded) for one in listed] == [(state, sgd(minor))] * (each == state), each
    listed_once = [one.id for each in STATES for one in await filled.read(list_orders, each)]
    assert len(listed_once) == len(ORDERS)


async def test_payable_orders_are_listed_the_oldest_first(filled: Database) -> None:
    assert [order.id for order in await filled.read(list_payable_orders)] == [
        OPEN.id,
        PROCESSING.id,
        REVIEW.id,
    ]


async def test_an_order_is_found_by_its_number_or_id(database: Database) -> None:
    number = 10**MAX_NUMBER_DIGITS - 1

    def add_numbered(db: Connection) -> None:
        fill(db)
        db.execute(orders.update().where(orders.c.id == PAID.id).values(number=number))

    await database.write(add_numbered)
    for reference in (str(number), PAID.id):
        found = await database.read(find_order_by_reference, reference)
        assert found
        assert found.id == PAID.id
    for reference in ("", "1", "x", PAID.token, "9" * 30, "१२३", f"0{number}"):
        assert await database.read(find_order_by_reference, reference) is None


async def test_movements_of_an_order_and_of_its_refunds_are_listed(database: Database) -> None:
    def move(db: Connection) -> None:
        fill(db)
        reserve_stock(db, {BOOK.isbn: 2}, PAID.id)
        sell_stock(db, {BOOK.isbn: 2}, PAID.id)
        reserve_stock(db, {BOOK.isbn: 1}, CANCELLED.id)
        release_stock(db, {BOOK.isbn: 1}, CANCELLED.id)
        add_refund(db, Refund("refund 1", PAID.id, sgd(1), "", NOW))
        return_stock(db, {BOOK.isbn: 1}, PAID.id, "refund 1")

    await database.write(move)
    movements = await database.read(list_movements, PAID.id)
    assert [(one.kind, one.quantity) for one in movements] == [("reserved", 2), ("paid", 2), ("returned", 1)]
    assert all(isinstance(one, StockMovement) and one.isbn == BOOK.isbn for one in movements)
