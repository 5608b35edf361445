"""Whatever happens keeps every rule of the audit, and every violation is found."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import OutOfStock
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.orders.audit.find_violations import count_books_and_orders
from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import Order, OrderLine, PaymentState
from bookshop.orders.order_list import list_orders
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_order import cancel_never_offered
from bookshop.schema import refunds
from tests.audit import audit
from tests.builders import a_book, an_order, payment_update, sgd, store_book, with_intent

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


BOOK, OTHER = a_book(stock=20, price=1000), a_book(stock=5, price=500)


# two copies of one book and one of the other
LINES = (
    OrderLine(BOOK.isbn, BOOK.title, BOOK.byline, 2, BOOK.price),
    OrderLine(OTHER.isbn, OTHER.title, OTHER.byline, 1, OTHER.price),
)


FIRST, SECOND, OPEN, PROCESSING, CANCELLED = SHOP = tuple(
    an_order(lines=LINES[:count], intent_id=f"pi_{count}{status}{n}", delivery_fee=sgd(400), total=sgd(total))
    for n, (count, status, total) in enumerate(
        [
            (2, "succeeded", 2900),
            (1, "succeeded", 2400),
            (1, "requires_action", 2400),
            (1, "processing", 2400),
            (1, "canceled", 2400),
        ]
    )
)


STATUSES = ("succeeded", "succeeded", "requires_action", "processing", "canceled")


WORDS = {
    "book": BOOK.isbn,
    "first": FIRST.id,
    "second": SECOND.id,
    "open": OPEN.id,
    "processing": PROCESSING.id,
    "cancelled": CANCELLED.id,
}


def fill(db: Connection) -> None:
    """A shop with an order in every state, and a refund."""
    store_book(db, BOOK)
    store_book(db, OTHER)
    for order, status in zip(SHOP, STATUSES, strict=True):
        reserve_and_add(db, order)
        apply_payment_update(db, order.id, payment_update(order, status))
    for amount, status in ((1900, "succeeded"), (1000, "pending"), (2900, "failed")):
        refund(db, FIRST.id, amount, status)


def refund(db: Connection, order_id: str, amount: int, status: str) -> None:
    db.execute(
        refunds.insert(),
        {
            "id": f"refund-{order_id}-{amount}-{status}",
            "order_id": order_id,
            "stripe_refund_id": "",
            "amount_minor": amount,
            "reason": "",
            "status": status,
            "failure": "",
            "requested_at": NOW,
        },
    )


def change(db: Connection, statement: str) -> None:
    """Do what no function of the shop does."""
    needed = {name: value for name, value in WORDS.items() if f":{name}" in statement}
    assert db.execute(text(statement), needed).rowcount > 0


MOVEMENT = "INSERT INTO stock_movements (isbn, kind, cause, order_id, quantity, moved_at)"


STRAY_MOVEMENT = (
    f"{MOVEMENT} VALUES (:book, 'reserved', 'no order', 'no order', 2, '2026-11-23 06:20:00+00:00')"
)


PAID = "number, charge, payment, paid at"


BROKEN: list[tuple[str, list[Violation]]] = [
    (
        "UPDATE stock SET on_hand = on_hand + 1 WHERE isbn = :book",
        [Violation("on_hand", BOOK.isbn, "20", "21")],
    ),
    (
        "UPDATE stock_movements SET kind = 'taken' WHERE isbn = :book AND kind = 'received'",
        [Violation("on_hand", BOOK.isbn, "0", "20")],
    ),
    (
        "UPDATE stock SET reserved = reserved - 1 WHERE isbn = :book",
        [
            Violation("reserved", BOOK.isbn, "8", "7"),
            Violation("reserved_movements", BOOK.isbn, "8", "7"),
        ],
    ),
    (
        STRAY_MOVEMENT,
        [
            Violation("reserved_movements", BOOK.isbn, "10", "8"),
            Violation("movements", "no order", f"0 reserved of {BOOK.isbn}", "2"),
        ],
    ),
    (
        "UPDATE orders SET payment = 'cancelled' WHERE id = :open",
        [
            Violation("reserved", BOOK.isbn, "6", "8"),
            Violation("movements", OPEN.id, f"0 reserved of {BOOK.isbn}", "2"),
        ],
    ),
    (
        "UPDATE orders SET payment = 'processing' WHERE id = :cancelled",
        [
            Violation("reserved", BOOK.isbn, "10", "8"),
            Violation("movements", CANCELLED.id, f"2 reserved of {BOOK.isbn}", "0"),
        ],
    ),
    (
        (
            "UPDATE stock_movements SET order_id = 'x' WHERE kind = 'reserved' AND isbn = :book"
            " AND cause = :first"
        ),
        [
            Violation("movements", FIRST.id, f"2 reserved of {BOOK.isbn}", "0"),
            Violation("movements", "x", f"0 reserved of {BOOK.isbn}", "2"),
        ],
    ),
    (
        "UPDATE stock SET paid = paid - 1 WHERE isbn = :book",
        [Violation("paid_copies", BOOK.isbn, "4", "3")],
    ),
    (
        "UPDATE stock_movements SET quantity = 1 WHERE kind = 'released'",
        [
            Violation("reserved_movements", BOOK.isbn, "9", "8"),
            Violation("movements", CANCELLED.id, f"0 reserved of {BOOK.isbn}", "1"),
        ],
    ),
    (
        "DELETE FROM stock_movements WHERE kind = 'reserved' AND cause = :processing",
        [
            Violation("reserved_movements", BOOK.isbn, "6", "8"),
            Violation("movements", PROCESSING.id, f"2 reserved of {BOOK.isbn}", "0"),
        ],
    ),
    (
        "UPDATE orders SET charge_id = '' WHERE id = :first",
        [Violation("paid", FIRST.id, PAID, "no charge")],
    ),
    (
        "UPDATE orders SET number = NULL WHERE id = :first",
        [Violation("paid", FIRST.id, PAID, "no number"), Violation("number", "numbers", "1001", "1002")],
    ),
    (
        "UPDATE payment_attempts SET intent_id = '' WHERE order_id = :first",
        [Violation("paid", FIRST.id, PAID, "no payment")],
    ),
    (
        "UPDATE payment_attempts SET state = 'superseded' WHERE order_id = :first",
        [Violation("paid", FIRST.id, PAID, "no payment")],
    ),
    (
        "UPDATE payment_attempts SET state = 'closed' WHERE order_id = :open",
        [Violation("attempt", OPEN.id, "1", "0")],
    ),
    (
        (
            "UPDATE payment_attempts SET intent_id = 'pi_same'"
            " WHERE order_id IN (SELECT id FROM orders WHERE payment = 'paid')"
        ),
        [Violation("payment", "pi_same", "1", "2")],
    ),
    (
        (
            "INSERT INTO stripe_events (id, type, intent_id, order_id, received_at)"
            " SELECT 'evt', 'refund.created', '', id, placed_at FROM orders WHERE id = :second"
        ),
        [Violation("events", SECOND.id, "due", "1")],
    ),
    (
        "UPDATE orders SET total_minor = total_minor + 1 WHERE id = :open",
        [Violation("total", OPEN.id, "2400", "2401")],
    ),
    (
        "UPDATE orders SET delivery_fee_minor = 0 WHERE id = :second",
        [Violation("total", SECOND.id, "2000", "2400")],
    ),
    (
        "UPDATE order_lines SET price_minor = 2147483647 WHERE order_id = :second",
        [Violation("total", SECOND.id, str(2 * 2147483647 + 400), "2400")],
    ),
    (
        "UPDATE orders SET number = 1000 WHERE id = :first",
        [
            Violation("number", "numbers", "1001", "1000"),
            Violation("number", "numbers", "1001", "1002"),
        ],
    ),
    (
        "UPDATE orders SET number = 1007 WHERE id = :second",
        [
            Violation("number", "numbers", "1002", "1003"),
            Violation("number", "numbers", "1004", "1007"),
        ],
    ),
    (
        "UPDATE counters SET value = value + 1 WHERE name = 'order'",
        [Violation("number", "numbers", "1003", "1004")],
    ),
    (
        "UPDATE counters SET value = value - 1 WHERE name = 'order'",
        [Violation("number", "numbers", "1003", "1002")],
    ),
    (
        "UPDATE orders SET review_reason = 'amount' WHERE id = :open",
        [Violation("review", OPEN.id, "none", "amount")],
    ),
    (
        "UPDATE refunds SET status = 'pending' WHERE status = 'failed'",
        [Violation("refunds", FIRST.id, "at most 2900", "5800")],
    ),
    (
        "UPDATE refunds SET amount_minor = amount_minor + 1 WHERE status = 'pending'",
        [Violation("refunds", FIRST.id, "at most 2900", "2901")],
    ),
]


async def test_a_shop_with_an_order_in_every_state_is_clean(database: Database) -> None:
    await database.write(fill)
    assert await database.read(count_books_and_orders) == (2, 5)
    assert await database.read(audit) == ()


async def test_an_empty_shop_is_clean(database: Database) -> None:
    assert await database.read(count_books_and_orders) == (0, 0)
    assert await database.read(audit) == ()


@pytest.mark.parametrize(("statement", "expected"), BROKEN, ids=[each[0] for each in BROKEN])
async def test_every_broken_rule_is_found_and_nothing_else(
    database: Database, statement: str, expected: list[Violation]
) -> None:
    await database.write(fill)
    await database.write(change, statement)
    assert await database.read(audit) == tuple(expected)


async def test_copies_that_come_back_are_on_hand(database: Database) -> None:
    await database.write(fill)
    returned = STRAY_MOVEMENT.replace("'reserved'", "'returned'").replace("'no order', 2", "'', 2")
    await database.write(change, returned)
    assert await database.read(audit) == (Violation("on_hand", BOOK.isbn, "22", "20"),)
    await database.write(change, "UPDATE stock SET on_hand = on_hand + 2 WHERE isbn = :book")
    assert await database.read(audit) == ()


def place(db: Connection, order: Order) -> Order | None:
    with suppress(OutOfStock), db.begin_nested():
        return reserve_and_add(db, order)
    return None


steps = st.one_of(
    st.tuples(st.just("place"), st.lists(st.integers(1, 3), min_size=1, max_size=3)),
    st.tuples(
        st.sampled_from(["succeeded", "processing", "requires_payment_method", "canceled", "drop"]),
        st.integers(0, 9),
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=5, max_size=30))
async def test_whatever_happens_the_books_stay_clean(
    database: Database, happens: list[tuple[str, Any]]
) -> None:
    books = [a_book(stock=4) for _ in range(3)]
    for book in books:
        await database.write(store_book, book)
    placed: list[Order] = []
    for what, how in happens:
        if what == "place":
            order = an_order(intent_id="pi", **drawn(books, how))
            order = with_intent(order, f"pi_{order.id}")
            if await database.write(place, order):
                placed.append(order)
        elif not placed:
            continue
        elif what == "drop":
            await database.write(cancel_never_offered, placed[how % len(placed)].id)
        else:
            order = placed[how % len(placed)]
            # a payment of a cancelled order would need review, and be a violation
            statuses = {one.id: one.payment for one in await database.read(list_orders)}
            if statuses[order.id] is not PaymentState.CANCELLED:
                await database.write(apply_payment_update, order.id, payment_update(order, what))
    assert await database.read(audit) == ()


def drawn(books: list[Book], quantities: list[int]) -> dict[str, Any]:
    lines = tuple(
        OrderLine(book.isbn, book.title, book.byline, quantity, book.price)
        for book, quantity in zip(books, quantities, strict=False)
    )
    return {"lines": lines, "total": sgd(sum(line.amount.minor for line in lines))}
