"""Shoppers find books by what they remember of them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection
from stdnum import isbn

from bookshop.catalogue.book import Book, Contributor
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.search_page import load_search_page
from bookshop.database import Database
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query
from bookshop.trade.isbn import parse_isbn
from tests.builders import a_book, store_book

UNKNOWN_ISBN = "9781234567897"
FIRST_DAY = date(2026, 1, 1)


def store_books(db: Connection, *books: Book) -> None:
    """Store books that were listed on one day after the other."""
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n))


def search(db: Connection, query: str, category: str = "") -> list[str]:
    """Return the titles that a shopper finds with this query."""
    found = load_search_page(db, query, Filters(subject=category), ListRange(), "SGD")
    assert found["results"].count == len(found["books"])
    return [book.title for book in found["books"]]


async def store_sample_books(database: Database) -> None:
    hugo, zoe = Contributor("A01", "Victor Hugo"), Contributor("B06", "Zoë O’Brien")
    await database.write(
        store_books,
        a_book("Middlemarch", subtitle="A Study of Provincial Life"),
        a_book("Les Misérables", contributors=(hugo,), publisher="Éditions du Soir"),
        a_book("Märchen von der Straße", contributors=(zoe,), category="children"),
        a_book("100% Wool_en", contributors=(Contributor("A01", "Ann Knit"),), category="ideas"),
    )


FOUND = {
    "middlemarch": ["Middlemarch"],
    "MIDDLE": ["Middlemarch"],
    "provincial study": ["Middlemarch"],
    "George Eliot": ["Middlemarch"],
    "eliot, middlemarch!": ["Middlemarch"],
    "miserables": ["Les Misérables"],
    "MISÉRABLES": ["Les Misérables"],
    "Mise\u0301rables": ["Les Misérables"],
    "victor hugo": ["Les Misérables"],
    "soir editions": ["Les Misérables"],
    "marchen": ["Märchen von der Straße"],
    "strasse": ["Märchen von der Straße"],
    "zoe o'brien": ["Märchen von der Straße"],
    "100% wool": ["100% Wool_en"],
    "wool_en": ["100% Wool_en"],
    "woolxen": [],
    "middlemarch hugo": [],
    "nothing of the kind": [],
}


async def test_a_book_is_found_by_its_words(database: Database) -> None:
    await store_sample_books(database)
    assert {query: await database.read(search, query) for query in FOUND} == FOUND


async def test_without_words_everything_is_found(database: Database) -> None:
    await store_sample_books(database)
    for query in ("%", "\\", "'", "—", "   ", ""):
        assert len(await database.read(search, query)) == 4, query


def spell(number: str) -> list[str]:
    ten = isbn.to_isbn10(number)
    return [number, isbn.format(number), isbn.format(number, " "), ten, isbn.format(ten), f" {ten} "]


async def test_a_book_is_found_by_its_number_in_any_spelling(database: Database) -> None:
    book = a_book("Found", isbn="9780804429573")
    await database.write(store_books, book, a_book("Another"), a_book("A third"))
    spellings = spell(book.isbn)
    assert "0-8044-2957-X" in spellings
    for spelling in [*spellings, "0-8044-2957-x"]:
        assert parse_isbn(spelling) == book.isbn
        assert await database.read(search, spelling) == ["Found"], spelling


async def test_a_number_of_another_book_finds_none(database: Database) -> None:
    await store_sample_books(database)
    assert await database.read(search, UNKNOWN_ISBN) == []


async def test_searching_keeps_to_a_subject(database: Database) -> None:
    await database.write(
        store_books, a_book("Whales in fiction"), a_book("Whales in science", category="science")
    )
    assert await database.read(search, "whales", "science") == ["Whales in science"]
    assert await database.read(search, "", "fiction") == ["Whales in fiction"]
    assert await database.read(search, "whales", "poetry") == []
    assert await database.read(search, "whales") == ["Whales in fiction", "Whales in science"]


async def test_what_we_have_comes_first_then_the_newest(database: Database) -> None:
    await database.write(
        store_books,
        a_book("A tale", stock=0, published="2024"),
        a_book("B tale", published="2021-03"),
        a_book("C tale", published="2021-03-02"),
        a_book("D tale", stock=0, published="2025-01"),
    )
    assert await database.read(search, "tale") == ["C tale", "B tale", "D tale", "A tale"]


async def test_pages_of_a_search_together_are_all_of_it_once(database: Database) -> None:
    await database.write(store_books, *(a_book("The same title", stock=n % 2) for n in range(11)))
    seen: list[str] = []
    after = ""
    for expected in (3, 3, 3, 2):
        found = await database.read(find_books, Query.from_text("same"), Filters(), 3, after)
        assert found.count == 11
        books = await database.read(books_at_ranks, found.ranks)
        assert len(books) == expected
        seen += [book.isbn for book in books]
        after = found.next_cursor
    assert after == ""
    assert len(seen) == len(set(seen)) == 11


@pytest.mark.parametrize(
    ("text", "chosen", "slug"),
    [
        ("poetry", "", "poetry"),
        ("Poetry & Drama", "", "poetry"),
        ("poems", "fiction", "poetry"),
        ("poetry", "poetry", None),
        ("kids", "", None),
        ("poetry of rain", "", None),
    ],
)
async def test_a_category_with_books_is_offered_by_its_name(
    database: Database, text: str, chosen: str, slug: str | None
) -> None:
    await database.write(store_books, a_book("Rain", category="poetry"))
    page = await database.read(load_search_page, text, Filters(subject=chosen), ListRange(), "SGD")
    category = page["named_category"]
    assert (category and category.slug) == slug
