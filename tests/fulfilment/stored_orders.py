"""Paid orders in the database, for tests of what happens to them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bookshop.catalogue.book import Book
from bookshop.checkout.place_order import reserve_and_add
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.pack import pack
from bookshop.mail.mail import MailKind
from bookshop.orders.order import Delivery, Order, OrderLine
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.schema import mails, orders, refunds, stock, stock_movements, timeline
from tests.audit import audit
from tests.builders import AN_ADDRESS, an_order, numbers, payment_update, sgd, store_book

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


def a_line(book: Book, quantity: int = 1, to_order: int = 0, **changed: Any) -> OrderLine:
    """Make a line with copies of this book."""
    return OrderLine(book.isbn, book.title, book.byline, quantity, book.price, to_order=to_order, **changed)


def an_order_of(*lines: OrderLine, delivery: Delivery = Delivery.DELIVER, **changed: Any) -> Order:
    """Make an order of these lines that is not stored yet."""
    address = AN_ADDRESS if delivery is Delivery.DELIVER else None
    total = sgd(sum(line.amount.minor for line in lines))
    return an_order(
        lines=lines,
        delivery=delivery,
        address=address,
        total=total,
        intent_id=f"pi_{next(numbers)}",
        **changed,
    )


def store_books(db: Connection, *books: Book) -> None:
    for book in books:
        store_book(db, book)


def store_paid(db: Connection, *placed: Order) -> None:
    """Store orders that are paid, the first first."""
    for order in placed:
        reserve_and_add(db, order)
        apply_payment_update(db, order.id, payment_update(order))


def store_old(db: Connection, *stored: Order) -> None:
    """Store orders as the migration leaves those that were paid before: packed."""
    store_paid(db, *stored)
    for order in stored:
        pack(db, order.id, 0, actor="anna", now=NOW + timedelta(days=9))
        of_order = stock_movements.c.order_id == order.id
        db.execute(delete(timeline).where(timeline.c.order_id == order.id))
        db.execute(delete(stock_movements).where(of_order, stock_movements.c.kind == "paid"))
        db.execute(
            update(stock_movements).where(of_order, stock_movements.c.kind == "packed").values(kind="sold")
        )
        db.execute(update(orders).where(orders.c.id == order.id).values(paid_at=NOW - timedelta(days=2)))


def add_refund(
    db: Connection, order: Order, amount: int, status: str = "succeeded", *, needs_review: bool = False
) -> None:
    """Store a refund of so much."""
    values = {"order_id": order.id, "amount_minor": amount, "status": status, "requested_at": NOW}
    db.execute(
        refunds.insert(),
        {
            "id": f"re_{next(numbers)}",
            "stripe_refund_id": "",
            "reason": "",
            "failure": "",
            **values,
            "needs_review": needs_review,
        },
    )


def states_of(db: Connection, order: Order) -> dict[str, dict[str, int]]:
    """Return where the copies of an order are: by ISBN and state, without empty ones."""
    return {
        line.isbn: {state.value: n for state in CopyState if (n := line.count(state))}
        for line in list_copies(db, order.id)
    }


def stock_of(db: Connection, book: Book) -> tuple[int, int, int]:
    """Return how many copies are on hand, reserved and paid."""
    row = db.execute(select(stock).where(stock.c.isbn == book.isbn)).one()
    return row.on_hand, row.reserved, row.paid


def mails_of(db: Connection, order: Order) -> list[tuple[str, str, dict[str, Any]]]:
    """Return kind, occurrence and details of the mails about the copies of an order."""
    of_copies = mails.c.kind.in_([MailKind.SHIPPED, MailKind.READY, MailKind.DELAYED])
    rows = db.execute(select(mails).where(mails.c.order_id == order.id, of_copies).order_by(mails.c.id))
    return [(row.kind, row.occurrence, json.loads(row.details)) for row in rows]


def check_audit(db: Connection) -> None:
    """Check that no rule is broken."""
    assert not audit(db)
