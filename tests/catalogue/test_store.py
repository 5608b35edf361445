"""Books are found by what people remember of them, on the shelves where they stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from stdnum import isbn

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.book_store import books_at_ranks, find_book, list_books, list_suggestions
from bookshop.catalogue.cover_store import list_category_covers
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.display_store import add_display, find_pick, list_display
from bookshop.catalogue.search_page import collect_search
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query
from bookshop.trade.availability import Supply
from bookshop.trade.isbn import read_isbn
from tests.builders import a_book, store_book

NOBODY = "9781234567897"
FIRST_DAY = date(2026, 1, 1)
MOMENT = datetime(2027, 3, 1, 16, tzinfo=UTC)


def store_books(db: Connection, *books: Book) -> None:
    """Store books that were listed on one day after the other."""
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n))


def search(db: Connection, query: str, category: str = "") -> list[str]:
    """Return the titles that a shopper finds with this query."""
    found = collect_search(db, query, Filters(subject=category), "", "SGD")
    assert found["results"].count == len(found["books"])
    return [book.title for book in found["books"]]


def count_categories(db: Connection) -> dict[str, int]:
    return count_by_value(db, Facet.CATEGORY, Facet.CATEGORY.values)


def titles(books: list[Book]) -> list[str]:
    return [book.title for book in books]


async def put_on_the_shelves(database: Database) -> None:
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
    await put_on_the_shelves(database)
    for number in (NOBODY, "", "Middlemarch", "9" * 5000, "%"):
        assert await database.read(find_book, number) is None
        assert await database.read(find_pick, number) is None
        assert await database.read(list_books, [number]) == {}


async def test_a_book_is_taken_in_once(database: Database) -> None:
    book = a_book()
    await database.write(store_book, book)
    with pytest.raises(IntegrityError):
        await database.write(store_book, book)
    assert sum((await database.read(count_categories)).values()) == 1


async def test_what_others_hold_is_not_left(database: Database) -> None:
    book = a_book(stock=3)
    await database.write(store_book, book)
    await database.write(reserve_stock, {book.isbn: 2}, "order 1")
    found = await database.read(find_book, book.isbn)
    assert found == replace(book, available=1)


async def test_books_are_listed_by_their_numbers(database: Database) -> None:
    books = [a_book(f"Volume {n}") for n in range(3)]
    await database.write(store_books, *books)
    wanted = [books[2].isbn, NOBODY, books[0].isbn]
    found = await database.read(list_books, wanted)
    assert {number: book.title for number, book in found.items()} == {
        books[0].isbn: "Volume 0",
        books[2].isbn: "Volume 2",
    }
    assert await database.read(list_books, []) == {}


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
    await put_on_the_shelves(database)
    assert {query: await database.read(search, query) for query in FOUND} == FOUND


async def test_without_words_everything_is_found(database: Database) -> None:
    await put_on_the_shelves(database)
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
        assert read_isbn(spelling) == book.isbn
        assert await database.read(search, spelling) == ["Found"], spelling


async def test_a_number_of_another_book_finds_none(database: Database) -> None:
    await put_on_the_shelves(database)
    assert await database.read(search, NOBODY) == []


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


async def test_the_newest_are_those_listed_last(database: Database) -> None:
    await database.write(store_books, *(a_book(f"Book {n}", stock=n % 2) for n in range(5)))
    newest = await database.read(list_newest, "", 3)
    assert titles(newest) == ["Book 4", "Book 3", "Book 2"]
    assert titles(await database.read(list_newest, newest[-1].isbn, 3)) == ["Book 1", "Book 0"]


async def test_near_a_book_stand_others_of_its_subject_that_we_have(database: Database) -> None:
    book = a_book("Itself")
    others = (
        a_book("Old", published="2020"),
        a_book("New", published="2025"),
        a_book("Sold out", stock=0),
        a_book("Elsewhere", category="travel"),
    )
    await database.write(store_books, book, *others)
    assert titles(await database.read(list_suggestions, book, 9)) == ["New", "Old", "Sold out"]
    assert titles(await database.read(list_suggestions, book, 1)) == ["New"]


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


async def test_an_empty_catalogue_has_nothing_and_says_so(database: Database) -> None:
    def look(db: Connection) -> dict[str, Any]:
        return {
            "new": list_newest(db, "", 9),
            "peeks": list_category_covers(db, 2),
            "categories": count_categories(db),
        }

    assert await database.read(look) == {"new": [], "peeks": [], "categories": {}}
    assert await database.read(search, "middlemarch") == []
