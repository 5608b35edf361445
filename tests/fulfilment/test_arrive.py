"""Copies that arrive go to the orders that wait, the oldest first; the others are for sale."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, update

from bookshop.catalogue.count_stock import count_stock
from bookshop.database import Database
from bookshop.fulfilment.arrive import arrive, take_copies
from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.rules import NotAllowed, Standing
from bookshop.fulfilment.timeline import Action
from bookshop.orders.order import Order, PaymentState
from bookshop.schema import orders, stock
from tests.builders import a_book, sgd
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    add_refund,
    an_order_of,
    check_audit,
    states_of,
    stock_of,
    store_books,
    store_paid,
)


async def test_the_oldest_order_gets_its_copies_first(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=1), a_book(stock=0)
        first = an_order_of(a_line(book, 3, to_order=2), a_line(other, to_order=1))
        second = an_order_of(a_line(book, 2, to_order=2))
        third = an_order_of(a_line(book, to_order=1))
        store_books(db, book, other)
        store_paid(db, first, second, third)
        assigned = arrive(db, {book.isbn: 3, other.isbn: 4}, key="d1", actor="anna", now=NOW)
        assert [(one.order_id, one.isbn, one.quantity) for one in assigned] == [
            (first.id, book.isbn, 2),
            (first.id, other.isbn, 1),
            (second.id, book.isbn, 1),
        ]
        assert states_of(db, first) == {book.isbn: {"in_stock": 3}, other.isbn: {"in_stock": 1}}
        assert states_of(db, second) == {book.isbn: {"in_stock": 1, "to_order": 1}}
        assert states_of(db, third) == {book.isbn: {"to_order": 1}}
        assert stock_of(db, book) == (4, 4, 4)
        assert stock_of(db, other) == (4, 1, 1)
        (entry,) = find_fulfilment(db, first.id).entries
        assert (entry.action, entry.actor) == (Action.ARRIVE, "anna")
        assert entry.details["moves"] == [
            [book.isbn, "to_order", "in_stock", 2],
            [other.isbn, "to_order", "in_stock", 1],
        ]
        check_audit(db)

    await database.write(check)


async def test_a_delivery_is_received_once(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=0)
        order = an_order_of(a_line(book, 2, to_order=2))
        store_books(db, book)
        store_paid(db, order)
        for is_counted in (False, True):
            key = f"d{is_counted}"
            arrive(db, {book.isbn: 1}, key=key, is_counted=is_counted, actor="anna", now=NOW)
            with pytest.raises(NotAllowed, match="received already"):
                arrive(db, {book.isbn: 1}, key=key, is_counted=is_counted, actor="anna", now=NOW)
        assert stock_of(db, book) == (1, 1, 1)

    await database.write(check)


async def test_copies_that_the_till_has_counted_are_only_assigned(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=0)
        order = an_order_of(a_line(book, 3, to_order=3))
        store_books(db, book)
        store_paid(db, order)
        count_stock(db, {book.isbn: 2}, "till")
        (assigned,) = arrive(db, {book.isbn: 5}, key="d1", is_counted=True, actor="anna", now=NOW)
        assert assigned.quantity == 2
        assert stock_of(db, book) == (2, 2, 2)
        check_audit(db)

    await database.write(check)


async def test_orders_of_which_nothing_may_leave_get_no_copies(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=0, price=1000)
        refunded, lost, reviewed, partly = (an_order_of(a_line(book, to_order=1)) for _ in range(4))
        store_books(db, book)
        store_paid(db, refunded, lost, reviewed, partly)
        add_refund(db, refunded, 1000, "pending")
        add_refund(db, partly, 999)
        add_refund(db, partly, 1000, "failed")
        set_order(db, lost, dispute="lost")
        set_order(db, reviewed, review_reason="amount")
        assigned = arrive(db, {book.isbn: 9}, key="d1", actor="anna", now=NOW + timedelta(days=1))
        assert [one.order_id for one in assigned] == [partly.id]

    await database.write(check)


def test_an_order_that_was_refunded_meanwhile_gets_no_copies() -> None:
    book = a_book(price=1000)
    order = replace(an_order_of(a_line(book, to_order=1)), payment=PaymentState.PAID)
    copies = (LineCopies(0, book.isbn, {CopyState.TO_ORDER: 1}),)
    assert take_copies(Standing(order, 0, copies, sgd(999)), Counter({book.isbn: 2}))
    assert not take_copies(Standing(order, 0, copies, sgd(1000)), Counter({book.isbn: 2}))


def set_order(db: Connection, order: Order, **changed: str) -> None:
    db.execute(update(orders).where(orders.c.id == order.id).values(changed))


async def test_unknown_books_and_wrong_numbers_are_refused(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book()
        store_books(db, book)
        with pytest.raises(NotAllowed, match="0 is not a valid number of copies"):
            arrive(db, {book.isbn: 0}, key="d1", actor="anna", now=NOW)
        with pytest.raises(NotAllowed, match="9780000000002 is not in the catalogue"):
            arrive(db, {"9780000000002": 1}, key="d1", actor="anna", now=NOW)

    await database.write(check)


@pytest.mark.parametrize(("keys", "received"), [(("note 1", "note 1"), 1), (("note 1", "note 2"), 2)])
async def test_two_people_receive_a_book_that_was_never_in_stock(
    database: Database, keys: tuple[str, ...], received: int
) -> None:
    book = a_book(stock=0)
    await database.write(store_books, book)
    await database.write(lambda db: db.execute(delete(stock)))

    def receive(db: Connection, key: str) -> None:
        arrive(db, {book.isbn: 2}, key=key, actor="anna", now=NOW)

    results = await asyncio.gather(*(database.write(receive, key) for key in keys), return_exceptions=True)
    assert results.count(None) == received
    assert sum(isinstance(result, NotAllowed) for result in results) == len(keys) - received
    assert (await database.read(stock_of, book))[0] == 2 * received
