"""Each mail that the shop's actions write can be composed."""

from datetime import timedelta

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.delay import delay
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline_store import find_version, list_entries
from bookshop.mail.compose import compose
from bookshop.mail.mail import MailKind
from bookshop.mail.mail_list import list_mails
from bookshop.orders.order import Delivery, Order
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund_mail import add_refunded
from bookshop.payments.review_mail import ReviewReason, ask_for_review
from bookshop.shopper_requests.ask_for_change import ask_for_change
from bookshop.trade.availability import AvailabilityKind
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.mail.example_mails import SETTINGS
from tests.mail.test_compose import check

LATER = NOW + timedelta(days=60)
FROM_SHOPPERS = {MailKind.WITHDRAWAL, MailKind.ORDER_LINK}


async def test_every_mail_that_is_written_can_be_composed(database: Database) -> None:
    def run(db: Connection) -> None:
        orders = [store_one(db, delivery) for delivery in Delivery]
        act(db, *orders)
        found = [mail for mail, _ in list_mails(db)]
        for mail in found:
            check(mail, compose(db, SETTINGS, mail))
        assert {mail.kind for mail in found} == set(MailKind) - FROM_SHOPPERS

    await database.write(run)


def store_one(db: Connection, delivery: Delivery) -> Order:
    """Store a paid order with three copies, one of which is ordered in."""
    book, other = a_book("Emma", stock=5), a_book("Persuasion", stock=5)
    store_books(db, book, other)
    ordered_in = a_line(other, 1, 1, kind=AvailabilityKind.ORDER, days=5)
    order = an_order_of(a_line(book, 2), ordered_in, delivery=delivery)
    store_paid(db, order)
    return order


def act(db: Connection, delivered: Order, collected: Order) -> None:
    """Do everything with these orders that writes a mail."""
    isbn, other = delivered.quantities
    ask_for_change(db, delivered.id, "Please send it to my office.", NOW)
    delay(db, delivered.id, 1, LATER, message="Reprint.", actor="anna", now=NOW)
    ship(db, delivered.id, 2, {isbn: 1}, carrier="UPS", tracking="1Z", actor="anna", now=NOW)
    cancellation = Cancellation({other: 1}, "It is out of print.")
    cancelled = cancel_paid(db, delivered.id, 3, cancellation, actor="anna", now=NOW)
    assert cancelled.refund
    add_refunded(db, list_entries(db, delivered.id), cancelled.refund, NOW)
    make_ready(db, collected.id, 0, actor="anna", now=NOW)
    cancel_paid(db, collected.id, find_version(db, collected.id), Cancellation(), actor="anna", now=NOW)
    for reason in ReviewReason:
        ask_for_review(db, collected.id, reason, "1", "Have a look.", NOW)
