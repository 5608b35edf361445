"""The newest books are those that were listed last."""

from datetime import date, timedelta

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.dated_books import list_newest
from bookshop.database import Database
from tests.builders import a_book, store_book

FIRST_DAY = date(2026, 1, 1)


def store_books(db: Connection, *books: Book) -> None:
    """Store books that were listed on one day after the other."""
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n))


def titles(books: list[Book]) -> list[str]:
    return [book.title for book in books]


async def test_the_newest_are_those_listed_last(database: Database) -> None:
    await database.write(store_books, *(a_book(f"Book {n}", stock=n % 2) for n in range(5)))
    newest = await database.read(list_newest, "", 3)
    assert titles(newest) == ["Book 4", "Book 3", "Book 2"]
    assert titles(await database.read(list_newest, newest[-1].isbn, 3)) == ["Book 1", "Book 0"]
