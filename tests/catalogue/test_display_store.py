"""Displays keep the bookseller's order and notes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.book import Book
from bookshop.catalogue.display_store import add_display, find_pick, list_display
from bookshop.database import Database
from tests.builders import a_book, store_book

FIRST_DAY = date(2026, 1, 1)


def store_books(db: Connection, *books: Book) -> None:
    """Store books that were listed on one day after the other."""
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n))


async def test_a_display_keeps_the_booksellers_order_and_words(database: Database) -> None:
    books = [a_book(f"Volume {n}") for n in range(3)]
    await database.write(store_books, *books)
    picks = [(books[2].isbn, "Slow and sure.", "Mei"), (books[0].isbn, "", "")]
    await database.write(add_display, "picks", picks)
    shown = await database.read(list_display, "picks")
    assert [(pick.book.isbn, pick.note, pick.by) for pick in shown] == picks
    assert await database.read(list_display, "window") == []


async def test_only_a_book_among_the_picks_has_a_booksellers_words(database: Database) -> None:
    picked, shown = a_book("Picked"), a_book("Shown")
    await database.write(store_books, picked, shown)
    await database.write(add_display, "picks", [(picked.isbn, "Slow and sure.", "Mei")])
    await database.write(add_display, "window", [(shown.isbn, "", "")])
    pick = await database.read(find_pick, picked.isbn)
    assert pick is not None
    assert (pick.book.title, pick.note, pick.by) == ("Picked", "Slow and sure.", "Mei")
    assert await database.read(find_pick, shown.isbn) is None


async def test_a_book_is_on_a_display_once(database: Database) -> None:
    book = a_book()
    await database.write(store_book, book)
    with pytest.raises(IntegrityError):
        await database.write(add_display, "window", [(book.isbn, "", ""), (book.isbn, "", "")])
    assert await database.read(list_display, "window") == []
