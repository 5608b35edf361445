"""Sorted lists have every book once, in order, whether they are read in order or looked up."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.schema import books, sales, sort_keys
from bookshop.search.facet import Facet
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books, list_by_facet
from bookshop.search.index_books import index_books
from bookshop.search.price_band import PRICE_BANDS, PriceBand
from bookshop.search.query import Query
from bookshop.search.rank import BEFORE_FIRST, day_number
from bookshop.search.results import Results
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sorted_list import start_of_band
from bookshop.search.words import split_words
from tests.builders import a_book, store_book
from tests.search.sample_catalogue import expected, some_book
from tests.search.test_find_books import filters, isbns_of, many_examples, queries

STANDING = {"shelf": 0, "order": 1, "preorder": 1, "none": 2}
sorts = st.sampled_from([sort for sort in Sort if sort is not Sort.RELEVANCE])


class SortedCatalogue:
    """Books that are in a database, with the copies sold of some of them.

    Not a dataclass, of which Hypothesis would print all books with a failure.
    """

    def __init__(self, database: Database, books: Mapping[str, Book], sold: Mapping[str, int]) -> None:
        self.database = database
        self.books = books
        self.sold = sold

    def sort(self, isbns: Sequence[str], sort: Sort) -> list[str]:
        """Put books into an order, the plain way."""
        keys: dict[Sort, Callable[[Book], Any]] = {
            Sort.NEWEST: lambda book: -day_number(book.published),
            Sort.PRICE: lambda book: book.price_minor or float("inf"),
            Sort.PRICE_DESC: lambda book: -book.price_minor,
            Sort.TITLE: lambda book: without_article(book).replace("É", "E").lower(),
            Sort.BESTSELLING: lambda book: -self.sold.get(book.isbn, 0),
        }

        def key(isbn: str) -> tuple[Any, ...]:
            book = self.books[isbn]
            rank = STANDING[book.availability.kind], -day_number(book.published), isbn
            return keys[sort](book), rank

        return sorted(isbns, key=key)


def without_article(book: Book) -> str:
    first, _, rest = book.title.partition(" ")
    return rest if rest and first in ("The", "A", "An") and book.language != "fre" else book.title


@pytest.fixture
async def catalogue(database: Database, monkeypatch: pytest.MonkeyPatch) -> SortedCatalogue:
    chance = random.Random(11)
    added = [some_book(chance) for _ in range(80)]
    sold = {book.isbn: chance.choice([1, 2, 2, 7]) for book in added[::3]}

    def store(db: Connection) -> None:
        for book in added:
            store_book(db, book)
        db.execute(sales.insert(), [{"isbn": isbn, "copies": copies} for isbn, copies in sold.items()])
        index_books(db, [book.isbn for book in added])

    await database.write(store)
    monkeypatch.setattr("bookshop.search.find_books.MAX_COUNTED", 12)
    return SortedCatalogue(database, {book.isbn: book for book in added}, sold)


def list_pages(db: Connection, load: Callable[[str], Results]) -> list[str]:
    """Return the ISBNs of every page, one after the other."""
    seen, after = [], ""
    while True:
        found = load(after)
        seen += isbns_of(db, found)
        after = found.next_cursor
        if not after:
            return seen


@many_examples
@example([], Filters(availability="none"), Sort.BESTSELLING, 1)
@example([], Filters(price="5"), Sort.PRICE, 2)
@example([], Filters(price="2"), Sort.PRICE_DESC, 2)
@example([], Filters(), Sort.TITLE, 1)
@given(queries, filters(), sorts, st.integers(1, 6) | st.just(30))
async def test_the_pages_of_a_sorted_search_have_each_book_once_in_order(
    catalogue: SortedCatalogue, typed: list[str], wanted: Filters, sort: Sort, limit: int
) -> None:
    text = " ".join(typed)
    right = expected(list(catalogue.books.values()), split_words(text), wanted)

    def compare(db: Connection) -> None:
        first = find_books(db, Query.from_text(text), wanted, limit, sort=sort)
        if first.did_you_mean:
            return
        considered = right[:12] if first.is_sorted_in_part else right
        assert first.is_sorted_in_part == bool(split_words(text) and len(right) > 12)

        def load(after: str) -> Results:
            return find_books(db, Query.from_text(text), wanted, limit, after, sort)

        assert list_pages(db, load) == catalogue.sort(considered, sort)

    await catalogue.database.read(compare)


@pytest.mark.parametrize(
    ("facet", "value", "field"),
    [
        (Facet.SUBJECT, "F", "subject"),
        (Facet.CATEGORY, "poetry", "subject"),
        (Facet.PUBLISHER, "love-press", "publisher"),
        (Facet.CONTRIBUTOR, "ann-sea", "person"),
        (Facet.SERIES, "sea-stories", "series"),
    ],
)
async def test_the_pages_of_a_sorted_list_have_each_book_once_in_order(
    catalogue: SortedCatalogue, facet: Facet, value: str, field: str
) -> None:
    right = expected(list(catalogue.books.values()), [], Filters(**{field: value}))

    def compare(db: Connection) -> None:
        for sort in list(Sort)[1:]:
            for limit in (1, 2, 7):

                def load(after: str, sort: Sort = sort, limit: int = limit) -> Results:
                    return list_by_facet(db, facet, value, limit, after, sort)

                assert list_pages(db, load) == catalogue.sort(right, sort)

    await catalogue.database.read(compare)


@pytest.mark.parametrize("sort", list(Sort)[1:])
async def test_a_page_continues_after_a_book_that_has_changed_or_gone(
    catalogue: SortedCatalogue, sort: Sort
) -> None:
    right = catalogue.sort(expected(list(catalogue.books.values()), [], Filters(subject="F")), sort)

    def change_and_list(db: Connection) -> list[str]:
        first = list_by_facet(db, Facet.SUBJECT, "F", 5, "", sort)
        db.execute(books.update().where(books.c.isbn == right[4]).values(is_listed=False))
        changed = {"price_minor": 1, "published": "1990", "title": "Aardvark"}
        db.execute(books.update().where(books.c.isbn == right[3]).values(**changed))
        index_books(db, right[3:5])
        return isbns_of(db, list_by_facet(db, Facet.SUBJECT, "F", 3, first.next_cursor, sort))

    following = await catalogue.database.write(change_and_list)
    others = [isbn for isbn in following if isbn != right[3]]
    assert len(others) >= 2
    assert others == right[5:8][: len(others)]


async def test_the_keys_follow_every_change_of_a_book(database: Database) -> None:
    chance = random.Random(5)

    def change(db: Connection) -> None:
        catalogue = [store_book(db, some_book(chance)) for _ in range(12)]
        for _ in range(40):
            isbn = chance.choice(catalogue).isbn
            values: dict[str, object] = chance.choice(
                [
                    {"title": chance.choice(["The Sea", "Émile"])},
                    {"price_minor": chance.choice([0, 500, 501])},
                    {"published": "2025"},
                    {"is_listed": chance.random() < 0.5},
                ]
            )
            db.execute(books.update().where(books.c.isbn == isbn).values(**values))
            index_books(db, [isbn])
        stored = db.execute(sort_keys.select().order_by(sort_keys.c.rank)).all()
        db.execute(sort_keys.delete())
        index_books(db, [book.isbn for book in catalogue])
        assert db.execute(sort_keys.select().order_by(sort_keys.c.rank)).all() == stored
        listed = books.select().where(books.c.is_listed)
        assert len(stored) == len(db.execute(listed).all())

    await database.write(change)


async def test_an_invalid_cursor_begins_the_list(database: Database) -> None:
    first = await database.write(store_book, a_book())

    def list_after(db: Connection, after: str, sort: Sort) -> list[str]:
        return isbns_of(db, list_by_facet(db, Facet.CATEGORY, "fiction", 24, after, sort))

    for after in ("2-1f", "1~x", "1~99999999999", "~", "1~\0", "1~" + "x" * 81):
        for sort in (Sort.PRICE, Sort.TITLE):
            listed = await database.read(list_after, after, sort)
            assert listed == [first.isbn] or (sort is Sort.TITLE and after in ("1~x", "1~99999999999"))


@pytest.mark.parametrize("band", PRICE_BANDS.values(), ids=str)
def test_the_prices_of_a_band_are_read_from_its_beginning_on(band: PriceBand) -> None:
    tokens = [Facet.PRICE.token(band.slug)]
    assert start_of_band(tokens, Sort.PRICE) == SortCursor(band.min_minor, BEFORE_FIRST)
    last = band.end_minor and SortCursor(-(band.end_minor - 1), BEFORE_FIRST)
    assert start_of_band(tokens, Sort.PRICE_DESC) == last
    assert start_of_band(tokens, Sort.TITLE) is None
