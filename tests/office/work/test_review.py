"""What a person must look at, on the first page and in the list of orders to review."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, update

from bookshop.database import Database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.office.work.list_store import list_order_ids
from bookshop.office.work.order_list import ListName, Question
from bookshop.office.work.review_store import ReviewKind, list_review_items
from bookshop.orders.order import Order
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.refund_order import begin_refund
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.send_refund import apply_refund_updates
from bookshop.schema import mails, orders
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.store import add_request
from tests.builders import a_book, sgd
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient

BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}
DUE_AT = datetime(2027, 1, 5, 23, 59, tzinfo=UTC)


def store_orders(db: Connection, count: int) -> list[Order]:
    """Store paid orders of one copy each, which costs 10.00."""
    book = a_book(stock=count, price=1000)
    found = [an_order_of(a_line(book)) for _ in range(count)]
    store_books(db, book)
    store_paid(db, *found)
    return found


def at_stripe(
    order: Order, minor: int, status: RefundStatus = RefundStatus.SUCCEEDED, key: str = ""
) -> RefundUpdate:
    return RefundUpdate(f"re_{order.id}", status, sgd(minor), key, NOW)


def set_order(db: Connection, order: Order, **changed: object) -> None:
    db.execute(update(orders).where(orders.c.id == order.id).values(changed))


def a_request(order: Order | None, kind: RequestKind) -> ShopperRequest:
    key = f"{kind}-{order.id if order else ''}"
    return ShopperRequest(key[:32], kind, key, order.id if order else None, "", "Ines", "", "", NOW)


def fail_mail(db: Connection, order_id: str, recipient: str) -> None:
    add_mail(db, MailKind.READY, NOW, order_id=order_id, recipient=recipient)
    of_order = mails.c.order_id == order_id
    db.execute(update(mails).where(of_order, mails.c.kind == MailKind.READY).values(state="failed"))


async def test_what_needs_review_is_listed_by_its_urgency(database: Database) -> None:
    def check(db: Connection) -> None:
        disputed, reviewed, warned, lost, asked, changed, refunded, lost_mail, fine = store_orders(db, 9)
        set_order(db, disputed, dispute="needs_response", dispute_due_at=DUE_AT)
        set_order(db, reviewed, review_reason="amount")
        set_order(db, warned, fraud_warning="misc")
        set_order(db, lost, dispute="lost")
        set_order(db, fine, dispute="won")
        for request in (
            a_request(asked, RequestKind.WITHDRAWAL),
            a_request(changed, RequestKind.CHANGE),
            a_request(None, RequestKind.WITHDRAWAL),
        ):
            add_request(db, request)
        apply_refund_updates(db, refunded.id, [at_stripe(refunded, 300)])
        fail_mail(db, lost_mail.id, "ines@example.com")
        fail_mail(db, "", "moreau@example.com")
        found = [(item.kind, item.order_id) for item in list_review_items(db)]
        assert found == [
            (ReviewKind.DISPUTE, disputed.id),
            (ReviewKind.PAYMENT, reviewed.id),
            (ReviewKind.FRAUD_WARNING, warned.id),
            (ReviewKind.DISPUTE_LOST, lost.id),
            (ReviewKind.WITHDRAWAL, asked.id),
            (ReviewKind.WITHDRAWAL, ""),
            (ReviewKind.REFUND_AT_STRIPE, refunded.id),
            (ReviewKind.CHANGE, changed.id),
            (ReviewKind.MAIL, lost_mail.id),
            (ReviewKind.MAIL, ""),
        ]
        listed = list_order_ids(db, Question(ListName.REVIEW), NOW).order_ids
        assert set(listed) == {order_id for _, order_id in found if order_id}
        # what has left the shop is not held back any more
        for order in (warned, lost):
            db.execute(update(orders).where(orders.c.id == order.id).values(dispute="", fraud_warning=""))
            ship(db, order.id, 0, **BY_ANNA)
        set_order(db, warned, fraud_warning="misc")
        set_order(db, lost, dispute="lost")
        kinds = {item.kind for item in list_review_items(db)}
        assert not {ReviewKind.FRAUD_WARNING, ReviewKind.DISPUTE_LOST} & kinds

    await database.write(check)


async def test_a_refund_made_at_stripe_waits_until_staff_decide_about_its_copies(database: Database) -> None:
    def check(db: Connection) -> None:
        noted, cancelled, refunded, whole, packed = store_orders(db, 5)
        for order in (noted, cancelled, refunded):
            apply_refund_updates(db, order.id, [at_stripe(order, 300)])
        pack(db, packed.id, 0, **BY_ANNA)
        for order in (whole, packed):
            apply_refund_updates(db, order.id, [at_stripe(order, 1000)])
        # nothing is left of the whole order: its copies were not packed, and went back to the shelf
        assert reviewed(db) == {noted.id, cancelled.id, refunded.id, packed.id}
        add_note(db, noted.id, 0, "The book was damaged; it still goes.", **BY_ANNA)
        cancel_paid(db, cancelled.id, 0, Cancellation(), **BY_ANNA)
        begin_refund(db, refunded.id, 0, RefundRequest(amount=sgd(100)), **BY_ANNA)
        assert reviewed(db) == {packed.id}
        # the same report again changes nothing
        apply_refund_updates(db, noted.id, [at_stripe(noted, 300)])
        assert reviewed(db) == {packed.id}

    await database.write(check)


async def test_cancelling_some_copies_is_a_decision_too(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=2, price=1000)
        order = an_order_of(a_line(book, 2))
        store_books(db, book)
        store_paid(db, order)
        apply_refund_updates(db, order.id, [at_stripe(order, 1000)])
        assert reviewed(db) == {order.id}
        cancel_paid(db, order.id, 0, Cancellation({book.isbn: 1}), **BY_ANNA)
        assert reviewed(db) == set()

    await database.write(check)


async def test_a_refund_that_fails_waits_until_staff_decide(database: Database) -> None:
    def check(db: Connection) -> None:
        (order,) = store_orders(db, 1)
        begun = begin_refund(db, order.id, 0, RefundRequest(amount=sgd(100)), **BY_ANNA)
        apply_refund_updates(db, order.id, [at_stripe(order, 100, key=begun.refund.id)])
        assert reviewed(db) == set()
        apply_refund_updates(db, order.id, [at_stripe(order, 100, RefundStatus.FAILED, begun.refund.id)])
        (item,) = list_review_items(db)
        assert (item.kind, item.amount) == (ReviewKind.REFUND_FAILED, sgd(100))
        add_note(db, order.id, 1, "Paid in cash.", **BY_ANNA)
        assert reviewed(db) == set()

    await database.write(check)


def reviewed(db: Connection) -> set[str]:
    """Return the orders to review, which both the list and the first page show."""
    found = {item.order_id for item in list_review_items(db)}
    assert found == set(list_order_ids(db, Question(ListName.REVIEW), NOW).order_ids)
    return found


async def test_the_first_page_says_what_cannot_wait(seller: StaffClient, database: Database) -> None:
    def store(db: Connection) -> None:
        disputed, failed = store_orders(db, 2)
        set_order(db, disputed, dispute="needs_response", dispute_due_at=DUE_AT)
        fail_mail(db, failed.id, "ines@example.com")

    await database.write(store)
    page = await seller.read("/office")
    assert "Answer by Wed 6 Jan 2027" in page
    assert "could not be delivered to ines@example.com" in page
    assert "All that needs review" not in page


async def test_much_to_review_is_cut(seller: StaffClient, database: Database) -> None:
    def store(db: Connection) -> None:
        for order in store_orders(db, 12):
            set_order(db, order, dispute="needs_response", fraud_warning="misc")

    await database.write(store)
    assert "All that needs review" in await seller.read("/office")
