"""An order that is collected is made ready, with a mail, and handed over."""

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.orders.order import Delivery
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    an_order_of,
    check_audit,
    mails_of,
    states_of,
    stock_of,
    store_books,
    store_paid,
)


async def test_ready_copies_have_a_mail_and_are_handed_over(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=2), a_book(stock=1)
        order = an_order_of(a_line(book, 2), a_line(other), delivery=Delivery.COLLECT)
        store_books(db, book, other)
        store_paid(db, order)
        pack(db, order.id, 0, {book.isbn: 1}, actor="anna", now=NOW)
        make_ready(db, order.id, 1, actor="anna", now=NOW)
        assert states_of(db, order) == {book.isbn: {"in_stock": 1, "ready": 1}, other.isbn: {"in_stock": 1}}
        make_ready(db, order.id, 2, {other.isbn: 1}, actor="anna", now=NOW)
        assert mails_of(db, order) == [
            (
                "ready",
                "2",
                {"copies": [[book.isbn, 1]], "left": [[book.isbn, 1, ""], [other.isbn, 1, ""]]},
            ),
            ("ready", "3", {"copies": [[other.isbn, 1]], "left": [[book.isbn, 1, ""]]}),
        ]
        collect(db, order.id, 3, {book.isbn: None, other.isbn: 1}, actor="ben", now=NOW)
        assert states_of(db, order) == {book.isbn: {"collected": 2}, other.isbn: {"collected": 1}}
        assert stock_of(db, book) == (0, 0, 0)
        check_audit(db)

    await database.write(check)
