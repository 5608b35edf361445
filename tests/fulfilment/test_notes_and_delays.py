"""Notes are for staff; a promise that moves is stored and mailed."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.add_note import MAX_NOTE_CHARS, add_note
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.delay import MAX_MESSAGE_CHARS, delay
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    add_refund,
    an_order_of,
    check_audit,
    mails_of,
    store_books,
    store_paid,
)

LATER = NOW + timedelta(days=12)


async def test_a_note_is_an_entry_and_moves_nothing(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book()
        order = an_order_of(a_line(book))
        store_books(db, book)
        store_paid(db, order)
        add_note(db, order.id, 0, " Gift wrap, please. ", actor="anna", now=NOW)
        (entry,) = find_fulfilment(db, order.id).entries
        assert (entry.action, entry.details) == (Action.NOTE, {"text": "Gift wrap, please."})
        for text in (" ", "x" * (MAX_NOTE_CHARS + 1)):
            with pytest.raises(NotAllowed):
                add_note(db, order.id, 1, text, actor="anna", now=NOW)
        assert not mails_of(db, order)
        check_audit(db)

    await database.write(check)


async def test_a_delay_moves_the_promise_and_is_mailed(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other, coming = a_book(stock=1), a_book(stock=1), a_book(stock=1)
        order = an_order_of(
            a_line(book, 3, to_order=2),
            a_line(other),
            a_line(coming, not_before=NOW + timedelta(days=5)),
        )
        store_books(db, book, other, coming)
        store_paid(db, order)
        delay(db, order.id, 0, LATER, message=" Sorry! ", actor="anna", now=NOW)
        assert [line.expected_at for line in list_copies(db, order.id)] == [LATER, None, LATER]
        delay(db, order.id, 1, LATER + timedelta(days=1), isbns=[book.isbn], actor="anna", now=NOW)
        assert [line.expected_at for line in list_copies(db, order.id)][2] == LATER
        first, second = mails_of(db, order)
        copies = [[book.isbn, 2], [coming.isbn, 1]]
        assert first == (
            "delayed",
            "1",
            {"copies": copies, "until": LATER.isoformat(), "message": "Sorry!"},
        )
        assert (second[1], second[2]["copies"]) == ("2", [[book.isbn, 2]])
        check_audit(db)

    await database.write(check)


async def test_a_delay_needs_a_day_to_come_and_copies_that_wait(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=1), a_book(stock=1)
        waiting, complete = an_order_of(a_line(book, to_order=1)), an_order_of(a_line(other))
        store_books(db, book, other)
        store_paid(db, waiting, complete)
        for order, until, isbns, message, refusal in (
            (waiting, NOW, (), "", "The new day must be in the future."),
            (waiting, LATER, (other.isbn,), "", f"This order does not wait for {other.isbn}."),
            (
                complete,
                LATER,
                (),
                "",
                "This order does not wait for any copy. All are in the shop or have left it.",
            ),
            (
                waiting,
                LATER,
                (),
                "x" * (MAX_MESSAGE_CHARS + 1),
                "The message has 2001 characters. Use at most 2000.",
            ),
        ):
            with pytest.raises(NotAllowed) as refused:
                delay(db, order.id, 0, until, isbns=isbns, message=message, actor="anna", now=NOW)
            assert str(refused.value) == refusal
        add_refund(db, waiting, waiting.total.minor)
        with pytest.raises(NotAllowed, match="is refunded"):
            delay(db, waiting.id, 0, LATER, actor="anna", now=NOW)
        assert not mails_of(db, waiting)

    await database.write(check)
