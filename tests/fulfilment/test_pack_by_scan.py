"""Packing by scanning: the box is in the database, and a scan counts once."""

import asyncio

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.fulfilment.actions import lock_standing, record_action
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.moves import Move
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.pack_by_scan import pack_box, scan_into_box, take_out
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.scan_entry import ScanOutcome
from bookshop.fulfilment.scan_store import count_in_box, list_box_scans
from bookshop.fulfilment.timeline import Action, OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from bookshop.fulfilment.undo import undo
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.trade.scanned_code import read_scan
from tests.builders import a_book, an_isbn, numbers
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    add_refund,
    an_order_of,
    check_audit,
    states_of,
    store_books,
    store_paid,
)


def scan(db: Connection, order: Order, code: str, key: str = "") -> str:
    """Scan a code for an order and return the order to go on with."""
    key = key or f"key-{next(numbers)}"
    return scan_into_box(db, order.id, read_scan(code), key, actor="Ana", now=NOW)


def outcomes_of(db: Connection, order: Order) -> list[ScanOutcome]:
    """Return what came of the last scans, the last first."""
    return [entry.outcome for entry in list_box_scans(db, order.id)]


def number_of(db: Connection, order: Order) -> str:
    found = find_order_by_id(db, order.id)
    assert found
    return str(found.number)


def store_two(db: Connection) -> tuple[Book, Book, Order, Order]:
    """Store an order of two copies and a book, and a later one of another book."""
    book, other = a_book("Emma", stock=5), a_book("Persuasion", stock=5)
    first, second = an_order_of(a_line(book, 2)), an_order_of(a_line(other))
    store_books(db, book, other)
    store_paid(db, first, second)
    return book, other, first, second


async def test_scanning_the_slip_packs_a_full_box_and_opens_the_next_order(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other, first, second = store_two(db)
        assert scan(db, first, book.isbn) == first.id
        assert scan(db, first, number_of(db, first)) == first.id
        assert outcomes_of(db, first) == [ScanOutcome.NOT_FULL, ScanOutcome.IN_BOX]
        scan(db, first, book.isbn)
        assert states_of(db, first) == {book.isbn: {"in_stock": 2}}
        assert scan(db, first, number_of(db, first)) == second.id
        assert states_of(db, first) == {book.isbn: {"packed": 2}}
        assert outcomes_of(db, first) == []
        (opened,) = list_box_scans(db, second.id)
        assert (opened.outcome, opened.details) == (ScanOutcome.OPENED, {"packed": first.id})
        scan(db, second, other.isbn)
        assert scan(db, second, number_of(db, second)) == second.id
        assert outcomes_of(db, second) == [ScanOutcome.PACKED]
        check_audit(db)

    await database.write(check)


async def test_after_the_last_order_comes_the_oldest(database: Database) -> None:
    def check(db: Connection) -> None:
        _, other, first, second = store_two(db)
        third = an_order_of(a_line(other))
        store_paid(db, third)
        scan(db, third, other.isbn)
        assert scan(db, third, number_of(db, third)) == first.id
        scan(db, second, other.isbn)
        assert scan(db, second, number_of(db, second)) == first.id

    await database.write(check)


async def test_a_wrong_book_is_refused_and_names_its_order(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other, first, second = store_two(db)
        spare = a_book("Sanditon")
        store_books(db, spare)
        for code in (other.isbn, spare.isbn, an_isbn(), "731234056789", f"3x{book.isbn}", "999999"):
            scan(db, first, code)
        entries = list_box_scans(db, first.id)
        assert [entry.outcome for entry in entries] == [
            ScanOutcome.UNKNOWN_SLIP,
            ScanOutcome.TOO_MANY,
            ScanOutcome.UNKNOWN_CODE,
            ScanOutcome.UNKNOWN_BOOK,
            ScanOutcome.OTHER_BOOK,
        ]
        assert (entries[-1].title, entries[-1].details["owner"]) == ("Sanditon", None)
        scan(db, first, other.isbn)
        assert list_box_scans(db, first.id)[0].details["owner"] == second.id
        assert count_in_box(db, first.id) == {}

    await database.write(check)


async def test_the_same_scan_sent_twice_counts_once(database: Database) -> None:
    book, _, first, _ = await database.write(store_two)
    sent = [database.write(scan, first, book.isbn, key) for key in ("a", "a", "b", "a")]
    await asyncio.gather(*sent)
    assert await database.read(count_in_box, first.id) == {book.isbn: 2}
    await database.write(take_one_out, first, book, "out")
    await database.write(take_one_out, first, book, "out")
    assert await database.read(count_in_box, first.id) == {book.isbn: 1}


def take_one_out(db: Connection, order: Order, book: Book, key: str) -> None:
    take_out(db, order.id, book.isbn, key, actor="Ana", now=NOW)


async def test_a_slip_sent_twice_packs_once_and_leads_to_the_same_order(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, second = store_two(db)
        scan(db, first, f"2x{book.isbn}")
        assert scan(db, first, number_of(db, first), "slip") == second.id
        assert scan(db, first, number_of(db, first), "slip") == second.id

    await database.write(check)


async def test_a_box_is_packed_partly_only_by_choice(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, second = store_two(db)
        for is_partly in (False, True):
            with pytest.raises(NotAllowed, match="box is empty"):
                press_pack(db, first, is_partly=is_partly)
        scan(db, first, book.isbn)
        with pytest.raises(NotAllowed, match="missing"):
            press_pack(db, first)
        assert press_pack(db, first, is_partly=True) == second.id
        assert states_of(db, first) == {book.isbn: {"packed": 1, "in_stock": 1}}
        assert count_in_box(db, first.id) == {}

    await database.write(check)


def press_pack(db: Connection, order: Order, version: int = 0, *, is_partly: bool = False) -> str:
    key = f"key-{next(numbers)}"
    return pack_box(db, order.id, version, key, is_partly=is_partly, actor="Ana", now=NOW)


async def test_the_second_of_two_packers_learns_who_was_first(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, _ = store_two(db)
        scan(db, first, f"2x{book.isbn}")
        pack(db, first.id, 0, actor="Mei", now=NOW)
        with pytest.raises(OrderChanged, match="pack by Mei"):
            press_pack(db, first)
        with pytest.raises(OrderChanged, match="pack by Mei"):
            scan(db, first, book.isbn)
        # what was scanned was packed: it is not in the box when the order is to be packed again
        undo(db, first.id, find_version(db, first.id), actor="Mei", now=NOW)
        assert count_in_box(db, first.id) == {}

    await database.write(check)


async def test_what_was_said_meanwhile_is_read_before_packing(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, second = store_two(db)
        scan(db, first, f"2x{book.isbn}")
        add_note(db, first.id, 0, "Wrap it.", actor="Mei", now=NOW)
        with pytest.raises(OrderChanged, match="note by Mei"):
            press_pack(db, first)
        assert press_pack(db, first, 1) == second.id

    await database.write(check)


async def test_copies_that_the_order_no_longer_wants_must_be_taken_out(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, second = store_two(db)
        scan(db, first, f"2x{book.isbn}")
        cancelled = Move(book.isbn, CopyState.IN_STOCK, CopyState.CANCELLED, 1)
        record_action(db, lock_standing(db, first.id), Action.CANCEL, [cancelled], actor="Mei", now=NOW)
        for is_partly in (False, True):
            with pytest.raises(NotAllowed, match="take the copies out"):
                press_pack(db, first, 1, is_partly=is_partly)
        take_one_out(db, first, book, "out")
        assert press_pack(db, first, 1) == second.id
        assert states_of(db, first) == {book.isbn: {"packed": 1, "cancelled": 1}}

    await database.write(check)


async def test_nothing_is_packed_when_the_money_is_back(database: Database) -> None:
    def check(db: Connection) -> None:
        book, _, first, second = store_two(db)
        scan(db, first, f"2x{book.isbn}")
        add_refund(db, first, first.total.minor)
        for code in (book.isbn, number_of(db, first)):
            with pytest.raises(NotAllowed, match="refunded"):
                scan(db, first, code)
        assert scan(db, first, number_of(db, second)) == second.id

    await database.write(check)


async def test_another_slip_opens_its_order(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other, first, second = store_two(db)
        scan(db, first, book.isbn)
        assert scan(db, first, number_of(db, second)) == second.id
        assert outcomes_of(db, second) == [ScanOutcome.OPENED]
        assert count_in_box(db, first.id) == {book.isbn: 1}
        with pytest.raises(LookupError):
            scan_into_box(db, "none", read_scan(other.isbn), "k", actor="Ana", now=NOW)

    await database.write(check)


async def test_copies_to_come_are_received_first(database: Database) -> None:
    def check(db: Connection) -> None:
        book, away = a_book(stock=1), a_book(stock=0)
        order = an_order_of(a_line(book), a_line(away, to_order=1))
        store_books(db, book, away)
        store_paid(db, order)
        scan(db, order, away.isbn)
        assert outcomes_of(db, order) == [ScanOutcome.NOT_RECEIVED]
        scan(db, order, book.isbn)
        scan(db, order, number_of(db, order))
        assert states_of(db, order) == {book.isbn: {"packed": 1}, away.isbn: {"to_order": 1}}
        with pytest.raises(OrderChanged):
            scan(db, order, away.isbn)

    await database.write(check)
