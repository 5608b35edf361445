"""Receiving by scanning: each copy goes to an order, once, and a scan can be taken back."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.count_stock import count_stock
from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.pack_by_scan import scan_into_box
from bookshop.fulfilment.receive_by_scan import KEPT_FOR, receive_scan, take_back_scan
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.scan_entry import ScanEntry, ScanOutcome
from bookshop.fulfilment.scan_store import count_in_box, list_box_scans, list_receiving_scans
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import find_version, list_entries
from bookshop.fulfilment.undo import undo
from bookshop.orders.order import Order
from bookshop.trade.scanned_code import read_scan
from tests.builders import a_book, an_isbn, numbers
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    an_order_of,
    check_audit,
    states_of,
    stock_of,
    store_books,
    store_paid,
)


def receive(db: Connection, code: str, key: str = "", *, is_counted: bool = False, days: int = 0) -> str:
    """Scan a code and return the key of the scan."""
    key = key or f"key-{next(numbers)}"
    now = NOW + timedelta(days=days)
    receive_scan(db, read_scan(code), key, is_counted=is_counted, actor="Ana", now=now)
    return key


def take_back(db: Connection, key: str) -> None:
    take_back_scan(db, key, actor="Ana", now=NOW)


def scans_of(db: Connection, actor: str = "Ana") -> list[ScanEntry]:
    return list_receiving_scans(db, actor, NOW - timedelta(hours=12), 100)


def store_waiting(db: Connection) -> tuple[Book, Order, Order]:
    """Store two orders that wait for one copy and for two."""
    book = a_book("Moby-Dick", stock=0)
    first, second = an_order_of(a_line(book, to_order=1)), an_order_of(a_line(book, 2, to_order=2))
    store_books(db, book)
    store_paid(db, first, second)
    return book, first, second


async def test_a_stack_goes_to_the_orders_that_wait_and_then_on_the_shelf(database: Database) -> None:
    def check(db: Connection) -> None:
        book, first, second = store_waiting(db)
        receive(db, f"2x{book.isbn}")
        receive(db, f"5x{book.isbn}")
        last, before = scans_of(db)
        assert before.details["assigned"] == [[first.id, 1], [second.id, 1]]
        assert last.details["assigned"] == [[second.id, 1]]
        assert stock_of(db, book) == (7, 3, 3)
        assert not scans_of(db, "Mei")
        check_audit(db)

    await database.write(check)


async def test_the_same_scan_sent_twice_is_received_once(database: Database) -> None:
    book, *_ = await database.write(store_waiting)
    sent = [database.write(receive, book.isbn, key) for key in ("a", "a", "b", "a")]
    for result in await asyncio.gather(*sent, return_exceptions=True):
        assert isinstance(result, str | NotAllowed)
    # and no error if the first has been stored
    await database.write(receive, book.isbn, "a")
    assert (await database.read(stock_of, book))[0] == 2


async def test_what_is_not_received_changes_nothing(database: Database) -> None:
    def check(db: Connection) -> None:
        book, *_ = store_waiting(db)
        for code in ("731234056789", an_isbn(), "1042"):
            receive(db, code)
        assert [scan.outcome for scan in scans_of(db)] == [
            ScanOutcome.SLIP,
            ScanOutcome.UNKNOWN_BOOK,
            ScanOutcome.UNKNOWN_CODE,
        ]
        assert stock_of(db, book)[0] == 0

    await database.write(check)


async def test_copies_that_the_till_has_counted_are_only_given_to_orders(database: Database) -> None:
    def check(db: Connection) -> None:
        book, first, _ = store_waiting(db)
        count_stock(db, {book.isbn: 1}, "till")
        key = receive(db, book.isbn, is_counted=True)
        assert states_of(db, first) == {book.isbn: {"in_stock": 1}}
        assert stock_of(db, book) == (1, 1, 1)
        take_back(db, key)
        assert stock_of(db, book) == (1, 0, 0)
        check_audit(db)

    await database.write(check)


async def test_a_scan_is_taken_back_once(database: Database) -> None:
    def check(db: Connection) -> None:
        book, first, second = store_waiting(db)
        receive(db, book.isbn)
        key = receive(db, f"3x{book.isbn}")
        take_back(db, key)
        take_back(db, key)
        take_back(db, "unknown")
        assert stock_of(db, book) == (1, 1, 1)
        assert states_of(db, first) == {book.isbn: {"in_stock": 1}}
        assert states_of(db, second) == {book.isbn: {"to_order": 2}}
        arrived, undone = list_entries(db, second.id)
        assert (undone.action, undone.details["undone"]) == (Action.UNDO, arrived.version)
        assert [scan.outcome for scan in scans_of(db)] == [ScanOutcome.TAKEN_BACK, ScanOutcome.RECEIVED]
        check_audit(db)
        # copies that come again are assigned again, and what follows can be undone
        receive(db, f"2x{book.isbn}")
        pack(db, second.id, find_version(db, second.id), actor="Ana", now=NOW)
        undo(db, second.id, find_version(db, second.id), actor="Ana", now=NOW)
        assert states_of(db, second) == {book.isbn: {"in_stock": 2}}
        check_audit(db)

    await database.write(check)


async def test_copies_that_have_left_the_shelf_are_not_taken_back(database: Database) -> None:
    def check(db: Connection) -> None:
        book, first, _ = store_waiting(db)
        key = receive(db, book.isbn)
        pack(db, first.id, 1, actor="Ana", now=NOW)
        with pytest.raises(NotAllowed, match="packed or cancelled since"):
            take_back(db, key)

    await database.write(check)


async def test_copies_that_were_sold_are_not_taken_back(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=0)
        store_books(db, book)
        key = receive(db, book.isbn)
        store_paid(db, an_order_of(a_line(book)))
        with pytest.raises(NotAllowed, match="sold since"):
            take_back(db, key)

    await database.write(check)


async def test_scans_are_forgotten_and_stay_received(database: Database) -> None:
    def check(db: Connection) -> None:
        book, *_ = store_waiting(db)
        receive(db, book.isbn, "old")
        receive(db, book.isbn, "new", days=KEPT_FOR.days + 1)
        assert [scan.key for scan in scans_of(db)] == ["new"]
        # the movement of the stock still knows it
        with pytest.raises(NotAllowed, match="received already"):
            receive(db, book.isbn, "old")
        # a box that waits to be filled keeps its copies
        other = a_book(stock=1)
        order = an_order_of(a_line(other))
        store_books(db, other)
        store_paid(db, order)
        scan_into_box(db, order.id, read_scan(other.isbn), "box", actor="Ana", now=NOW)
        scan_into_box(db, order.id, read_scan("?"), "other", actor="Ana", now=NOW)
        receive(db, book.isbn, "newer", days=2 * KEPT_FOR.days)
        assert count_in_box(db, order.id) == {other.isbn: 1}
        assert [entry.key for entry in list_box_scans(db, order.id)] == ["box"]

    await database.write(check)
