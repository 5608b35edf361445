"""Books are read as they were written, and suggested by their category."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.book_store import find_book, list_books
from bookshop.catalogue.display_store import find_pick
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book

UNKNOWN_ISBN = "9781234567897"
FIRST_DAY = date(2026, 1, 1)
MOMENT = datetime(2027, 3, 1, 16, tzinfo=UTC)


def store_books(db: Connection, *books: Book) -> None:
    """Store books that were listed on one day after the other."""
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n))


def count_categories(db: Connection) -> dict[str, int]:
    return count_by_value(db, Facet.CATEGORY, Facet.CATEGORY.values)


def titles(books: list[Book]) -> list[str]:
    return [book.title for book in books]


async def store_sample_books(database: Database) -> None:
    hugo, zoe = Contributor("A01", "Victor Hugo"), Contributor("B06", "Zoë O’Brien")
    await database.write(
        store_books,
        a_book("Middlemarch", subtitle="A Study of Provincial Life"),
        a_book("Les Misérables", contributors=(hugo,), publisher="Éditions du Soir"),
        a_book("Märchen von der Straße", contributors=(zoe,), category="children"),
        a_book("100% Wool_en", contributors=(Contributor("A01", "Ann Knit"),), category="ideas"),
    )


async def test_a_book_is_read_as_it_was_written(database: Database) -> None:
    people = (Contributor("A01", "B. First"), Contributor("A12", "A. Second"), Contributor("B06", "Ü"))
    book = a_book(
        "Ψ — “quoted” <b>&amp;</b>",
        subtitle="100%",
        contributors=people,
        subjects=(Subject("FBC"), Subject("1DDU", "94"), Subject("FBA"), Subject("FIC004000", "10")),
        details=BookDetails(description="<p>“&amp;”</p>", edition="2nd", weight_g=300, is_fixed_price=True),
        supply=Supply("21", "2027-03", 3, MOMENT, MOMENT, may_sell=False),
        series="Ψ",
        series_key="psi",
        series_number="2",
        published="2021",
    )
    await database.write(store_book, book)
    assert await database.read(find_book, book.isbn) == book


async def test_a_book_without_people_or_subjects_is_a_book(database: Database) -> None:
    book = a_book(contributors=(), subjects=(), byline="")
    await database.write(store_book, book)
    assert await database.read(find_book, book.isbn) == book


async def test_a_book_that_is_not_there_is_none(database: Database) -> None:
    await store_sample_books(database)
    for number in (UNKNOWN_ISBN, "", "Middlemarch", "9" * 5000, "%"):
        assert await database.read(find_book, number) is None
        assert await database.read(find_pick, number) is None
        assert await database.read(list_books, [number]) == {}


async def test_a_book_is_added_once(database: Database) -> None:
    book = a_book()
    await database.write(store_book, book)
    with pytest.raises(IntegrityError):
        await database.write(store_book, book)
    assert sum((await database.read(count_categories)).values()) == 1


async def test_what_others_reserved_is_not_available(database: Database) -> None:
    book = a_book(stock=3)
    await database.write(store_book, book)
    await database.write(reserve_stock, {book.isbn: 2}, "order 1")
    found = await database.read(find_book, book.isbn)
    assert found == replace(book, available=1, reserved=2)


async def test_books_are_listed_by_their_numbers(database: Database) -> None:
    books = [a_book(f"Volume {n}") for n in range(3)]
    await database.write(store_books, *books)
    wanted = [books[2].isbn, UNKNOWN_ISBN, books[0].isbn]
    found = await database.read(list_books, wanted)
    assert {number: book.title for number, book in found.items()} == {
        books[0].isbn: "Volume 0",
        books[2].isbn: "Volume 2",
    }
    assert await database.read(list_books, []) == {}
