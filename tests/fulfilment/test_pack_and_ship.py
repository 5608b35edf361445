"""A paid order is packed and shipped, in one parcel or several; each action happens once."""

import asyncio

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action, Entry, OrderChanged
from bookshop.orders.order import Order
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


async def test_packed_copies_leave_the_shelf_and_a_parcel_has_a_mail(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=5), a_book(stock=1)
        order = an_order_of(a_line(book, 2), a_line(other))
        store_books(db, book, other)
        store_paid(db, order)
        assert stock_of(db, book) == (5, 2, 2)
        pack(db, order.id, 0, actor="anna", now=NOW)
        assert stock_of(db, book) == (3, 0, 0)
        assert states_of(db, order) == {book.isbn: {"packed": 2}, other.isbn: {"packed": 1}}
        ship(db, order.id, 1, {book.isbn: 1}, carrier=" SingPost ", tracking="RR1SG", actor="ben", now=NOW)
        ship(db, order.id, 2, actor="ben", now=NOW)
        first, second = find_fulfilment(db, order.id).parcels
        assert (first.number, first.carrier, first.tracking, first.shipped_at) == (
            1,
            "SingPost",
            "RR1SG",
            NOW,
        )
        assert (first.copies, second.copies) == ({book.isbn: 1}, {book.isbn: 1, other.isbn: 1})
        first_mail, second_mail = mails_of(db, order)
        assert first_mail == (
            "shipped",
            "1",
            {
                "parcel": 1,
                "carrier": "SingPost",
                "tracking": "RR1SG",
                "copies": [[book.isbn, 1]],
                "left": [[book.isbn, 1, ""], [other.isbn, 1, ""]],
                "is_last": False,
            },
        )
        assert second_mail[1] == "2"
        assert second_mail[2]["is_last"]
        assert second_mail[2]["left"] == []
        check_audit(db)

    await database.write(check)


async def test_the_timeline_tells_who_did_what(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=2)
        order = an_order_of(a_line(book))
        store_books(db, book)
        store_paid(db, order)
        pack(db, order.id, 0, actor="anna", now=NOW)
        ship(db, order.id, 1, tracking="X1", actor="ben", now=NOW)
        packed, shipped = find_fulfilment(db, order.id).entries
        assert (packed.action, packed.actor, packed.at, packed.version) == (Action.PACK, "anna", NOW, 1)
        assert shipped.details == {
            "parcel": 1,
            "carrier": "",
            "tracking": "X1",
            "moves": [[book.isbn, "packed", "shipped", 1]],
        }

    await database.write(check)


async def test_a_small_shop_ships_without_packing_first(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=2)
        order = an_order_of(a_line(book, 2))
        store_books(db, book)
        store_paid(db, order)
        ship(db, order.id, 0, {book.isbn: None}, actor="anna", now=NOW)
        assert stock_of(db, book) == (0, 0, 0)
        assert states_of(db, order) == {book.isbn: {"shipped": 2}}
        check_audit(db)

    await database.write(check)


async def test_a_parcel_that_left_long_ago_is_recorded_without_a_mail(database: Database) -> None:
    def check(db: Connection) -> None:
        _, order = store_one(db)
        ship(db, order.id, 0, is_mailed=False, actor="anna", now=NOW)
        assert len(find_fulfilment(db, order.id).parcels) == 1
        assert not mails_of(db, order)

    await database.write(check)


async def test_of_two_people_who_pack_an_order_one_learns_that_the_other_has(database: Database) -> None:
    book, order = await database.write(store_one)
    results = await asyncio.gather(
        database.write(pack_as, order.id, "anna"),
        database.write(pack_as, order.id, "ben"),
        return_exceptions=True,
    )
    (lost,) = [result for result in results if isinstance(result, OrderChanged)]
    (won,) = [result for result in results if not isinstance(result, BaseException)]
    assert (lost.last.action, lost.last.actor, lost.last.at) == (Action.PACK, won.actor, NOW)
    assert await database.read(stock_of, book) == (2, 0, 0)
    await database.read(check_audit)


def store_one(db: Connection) -> tuple[Book, Order]:
    book = a_book(stock=3)
    order = an_order_of(a_line(book))
    store_books(db, book)
    store_paid(db, order)
    return book, order


def pack_as(db: Connection, order_id: str, actor: str) -> Entry:
    return pack(db, order_id, 0, actor=actor, now=NOW)
