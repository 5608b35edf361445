"""What people try to do with the copies of some orders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, select, update

from bookshop.catalogue.count_stock import count_stock
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.copies import GONE_STATES, count_copies
from bookshop.fulfilment.delay import delay
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import Chosen
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.undo import undo
from bookshop.orders.order import Delivery, Order
from bookshop.orders.refund import RefundStatus
from bookshop.orders.store import find_order_by_id
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund_order import begin_refund
from bookshop.payments.refund_rules import RefundRequest
from bookshop.schema import mails, orders, refunds
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    add_refund,
    an_order_of,
    store_books,
    store_paid,
)


def cancel(
    db: Connection, order_id: str, version: int, copies: Chosen | None = None, *, actor: str, now: datetime
) -> None:
    # named copies are damaged, and not for sale again
    given = Cancellation(copies, restock=copies is None)
    cancel_paid(db, order_id, version, given, actor=actor, now=now)
    answer_refunds(db, order_id)


def refund(
    db: Connection, order_id: str, version: int, copies: Chosen | None = None, *, actor: str, now: datetime
) -> None:
    """Refund some copies, restocked by their state, or all of them and restock them."""
    request = RefundRequest(lines=tuple((copies or {}).items()), restock=None if copies else True)
    begin_refund(db, order_id, version, request, actor=actor, now=now)
    answer_refunds(db, order_id)


def answer_refunds(db: Connection, order_id: str) -> None:
    """Make the refunds, as Stripe does."""
    of_order = refunds.c.order_id == order_id
    db.execute(update(refunds).where(of_order).values(status=RefundStatus.SUCCEEDED))


keys = count(1)
ON_ORDERS: dict[str, Callable[..., Any]] = {
    "pack": pack,
    "ship": ship,
    "make_ready": make_ready,
    "collect": collect,
    "undo": undo,
    "add_note": add_note,
    "delay": delay,
    "cancel": cancel,
    "refund": refund,
}


@dataclass(frozen=True)
class Attempt:
    """What a person tries: `choice` picks an order and a book, `quantity` its copies or all."""

    name: str
    choice: int
    quantity: int | None = None
    is_stale: bool = False
    hours: int = 0


class Books:
    """Books, and paid orders for them; a book of the last one is on sale tomorrow."""

    def __init__(self) -> None:
        self.books = many, few, none = a_book(stock=6), a_book(stock=2), a_book(stock=0)
        coming = NOW + timedelta(days=1)
        self.orders = (
            an_order_of(a_line(many, 3), a_line(none, 2, to_order=2)),
            an_order_of(a_line(many, 2, to_order=1), a_line(few), delivery=Delivery.COLLECT),
            an_order_of(a_line(few, not_before=coming), a_line(none, 2, to_order=2)),
        )

    def store(self, db: Connection) -> None:
        store_books(db, *self.books)
        store_paid(db, *self.orders)

    def find_order(self, attempt: Attempt) -> Order:
        return self.orders[attempt.choice % len(self.orders)]


def act(db: Connection, shop: Books, attempt: Attempt, actor: str, version: int) -> None:
    """Do it, or be refused."""
    now = NOW + timedelta(hours=attempt.hours)
    order, book = shop.find_order(attempt), shop.books[attempt.choice // 2 % len(shop.books)]
    match attempt.name:
        case "arrive":
            options: dict[str, Any] = {"key": f"d{next(keys)}", "is_counted": attempt.is_stale}
            arrive(db, {book.isbn: attempt.quantity or 1}, actor=actor, now=now, **options)
        case "count":
            count_stock(db, {book.isbn: attempt.quantity or 0}, f"count{next(keys)}")
        case "refund elsewhere":
            if left := order.total.minor - find_refunded(db, order.id):
                add_refund(db, order, left if attempt.quantity is None else 1)
        case "lose the dispute":
            db.execute(update(orders).where(orders.c.id == order.id).values(dispute="lost"))
        case "send mail":
            db.execute(update(mails).where(mails.c.order_id == order.id).values(state="sent"))
        case _:
            change_order(db, order, attempt, actor, version, now)


def find_refunded(db: Connection, order_id: str) -> int:
    amounts = select(refunds.c.amount_minor).where(refunds.c.order_id == order_id)
    return sum(db.execute(amounts).scalars())


def change_order(
    db: Connection, order: Order, attempt: Attempt, actor: str, version: int, now: datetime
) -> None:
    """Do it, and check what it has done."""
    options: dict[str, Any] = {"actor": actor, "now": now}
    if attempt.name == "undo":
        options["despite_mail"] = attempt.quantity is None
    elif attempt.name == "add_note":
        options["text"] = "A note"
    elif attempt.name == "delay":
        options["until"] = now + timedelta(days=3)
    elif attempt.quantity is not None:
        options["copies"] = {order.lines[attempt.choice // 2 % len(order.lines)].isbn: attempt.quantity}
    before = find_fulfilment(db, order.id)
    ON_ORDERS[attempt.name](db, order.id, version, **options)
    after = find_fulfilment(db, order.id)
    assert (version, after.version) == (before.version, before.version + 1)
    assert after.entries[-1].actor == actor
    if count_copies(after.copies, *GONE_STATES) > count_copies(before.copies, *GONE_STATES):
        check_may_have_left(db, order.id, before, after, now)


def check_may_have_left(
    db: Connection, order_id: str, before: Fulfilment, after: Fulfilment, now: datetime
) -> None:
    """Check what the rules promise, in other words than theirs."""
    order = find_order_by_id(db, order_id)
    assert order
    assert order.dispute != "lost"
    assert find_refunded(db, order_id) < order.total.minor
    for line, was, copies in zip(order.lines, before.copies, after.copies, strict=True):
        gone = copies.count(*GONE_STATES)
        assert gone <= line.quantity
        assert gone == was.count(*GONE_STATES) or not line.not_before or line.not_before <= now
