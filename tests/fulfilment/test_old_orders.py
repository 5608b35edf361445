"""Orders that were paid before copies had states are recorded as gone."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.old_orders import list_old_orders, record_as_gone
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.fulfilment.work_list import Work, list_work
from bookshop.orders.order import Delivery
from bookshop.schema import mails
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    add_refund,
    an_order_of,
    check_audit,
    mails_of,
    states_of,
    store_books,
    store_old,
    store_paid,
)

DAY = timedelta(days=1)
BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}


async def test_old_orders_are_shipped_or_collected_without_a_mail(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=20), a_book(stock=20)
        store_books(db, book, other)
        sent = an_order_of(a_line(book, 2), a_line(other, not_before=NOW + DAY))
        fetched = an_order_of(a_line(book), delivery=Delivery.COLLECT)
        store_old(db, sent, fetched)
        assert list_old_orders(db, NOW - 2 * DAY, NOW) == []
        assert [one.id for one in list_old_orders(db, NOW, NOW)] == [sent.id, fetched.id]
        mailed = db.execute(select(mails.c.id)).all()
        for order in (sent, fetched):
            assert record_as_gone(db, order.id, NOW, **BY_ANNA)
            assert record_as_gone(db, order.id, NOW, **BY_ANNA) is None
        assert states_of(db, sent) == {book.isbn: {"shipped": 2}, other.isbn: {"packed": 1}}
        assert states_of(db, fetched) == {book.isbn: {"collected": 1}}
        assert [(e.version, e.action, e.actor) for e in list_entries(db, sent.id)] == [(1, "ship", "anna")]
        assert list_work(db, Work.TO_SHIP, NOW) == list_work(db, Work.TO_COLLECT, NOW) == []
        assert mails_of(db, sent) == mails_of(db, fetched) == []
        assert db.execute(select(mails.c.id)).all() == mailed
        check_audit(db)

    await database.write(check)


async def test_only_old_orders_that_may_have_left_are_found(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=20)
        store_books(db, book)
        new, early, refunded, ready = (
            an_order_of(a_line(book)),
            an_order_of(a_line(book, not_before=NOW + DAY)),
            an_order_of(a_line(book)),
            an_order_of(a_line(book, 2), delivery=Delivery.COLLECT),
        )
        store_paid(db, new)
        pack(db, new.id, 0, **BY_ANNA)
        store_old(db, early, refunded, ready)
        assert len(list_old_orders(db, NOW, NOW)) == 2
        add_refund(db, refunded, refunded.total.minor)
        make_ready(db, ready.id, 0, {book.isbn: 1}, **BY_ANNA)
        assert list_old_orders(db, NOW + 99 * DAY, NOW) == []
        assert list_work(db, Work.TO_REVIEW, NOW) == []
        assert record_as_gone(db, ready.id, NOW, **BY_ANNA) is None

    await database.write(check)
