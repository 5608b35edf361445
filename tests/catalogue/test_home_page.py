"""The home page counts the books of each category and shows a few covers."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.cover_store import list_category_covers
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.search_page import load_search_page
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value
from bookshop.search.filters import Filters
from tests.builders import a_book, store_book

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


def count_categories(db: Connection) -> dict[str, int]:
    return count_by_value(db, Facet.CATEGORY, Facet.CATEGORY.values)


async def test_every_category_is_counted_and_shows_a_few_of_its_books(database: Database) -> None:
    books = [
        a_book(f"{category} {n}", category=category, published=f"202{n}")
        for category in ("fiction", "poetry", "travel")
        for n in range(4)
    ]
    gone = a_book("fiction 9", category="fiction", stock=0)
    await database.write(store_books, *books[:9], gone)
    assert await database.read(count_categories) == {"fiction": 5, "poetry": 4, "travel": 1}
    peeks = [cover.title for cover in await database.read(list_category_covers, 2)]
    assert sorted(peeks) == ["fiction 2", "fiction 3", "poetry 2", "poetry 3", "travel 0"]


async def test_an_empty_catalogue_has_no_books(database: Database) -> None:
    def look(db: Connection) -> dict[str, Any]:
        return {
            "new": list_newest(db, "", 9),
            "peeks": list_category_covers(db, 2),
            "categories": count_categories(db),
        }

    assert await database.read(look) == {"new": [], "peeks": [], "categories": {}}
    assert await database.read(search, "middlemarch") == []
