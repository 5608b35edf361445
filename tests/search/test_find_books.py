"""The index finds what reading every book finds, in the same order, on both databases."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books, find_typed_isbn, list_by_facet
from bookshop.search.query import Query
from bookshop.search.results import Results
from bookshop.search.words import split_words
from tests.builders import a_book, store_book
from tests.search.find_titles import find_titles
from tests.search.sample_catalogue import OPTIONS, WORDS, expected, some_book

filtered_fields = st.lists(st.sampled_from(sorted(OPTIONS)), max_size=2, unique=True)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """Draw up to two filters."""
    return Filters(**{name: draw(st.sampled_from(OPTIONS[name])) for name in draw(filtered_fields)})


queries = st.lists(
    st.sampled_from([*WORDS, "se", "lov", "hist", "histor", "seaso", "an", "ann", "pres"]), max_size=4
)
many_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class IndexedCatalogue:
    """Books that are in a database, whose searches count results up to a limit.

    Not a dataclass, of which Hypothesis would print all books with a failure.
    """

    def __init__(self, database: Database, books: Sequence[Book], max_counted: int) -> None:
        self.database = database
        self.books = books
        self.max_counted = max_counted


@pytest.fixture(params=[1000, 5])
async def catalogue(
    request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch
) -> IndexedCatalogue:
    """Eighty books, with limits high enough to count all results, or too low for most."""
    chance = random.Random(request.param)
    books = [some_book(chance) for _ in range(80)]
    await database.write(store_all, books)
    monkeypatch.setattr("bookshop.search.find_books.MAX_COUNTED", request.param)
    monkeypatch.setattr("bookshop.search.postgresql_index.MAX_BOOKS_READ", 7)
    monkeypatch.setattr("bookshop.search.sqlite_index.MAX_COMPLETIONS", request.param // 2)
    return IndexedCatalogue(database, books, request.param)


@many_examples
@example([], Filters(availability="none", language="eng"), 30)
@example(["sea"], Filters(availability="order"), 30)
@given(queries, filters(), st.integers(1, 30))
async def test_it_finds_what_reading_every_book_finds(
    catalogue: IndexedCatalogue, typed: list[str], wanted: Filters, limit: int
) -> None:
    query, right = (
        Query.from_text(" ".join(typed)),
        expected(catalogue.books, split_words(" ".join(typed)), wanted),
    )

    def compare(db: Connection) -> None:
        found = find_books(db, query, wanted, limit)
        if found.did_you_mean:
            return
        assert isbns_of(db, found) == right[:limit]
        assert list_all_pages(db, query, wanted, limit) == right
        assert found.has_more_than_count <= (len(right) > catalogue.max_counted)
        assert found.count == (catalogue.max_counted if found.has_more_than_count else len(right))
        if not found.has_more_than_count and None not in found.facet_counts.values():
            by_isbn = {book.isbn: book for book in catalogue.books}
            counts = {token: n for token, n in found.facet_counts.items() if Facet.CATEGORY.owns(token)}
            assert counts == Counter(Facet.CATEGORY.token(by_isbn[isbn].category) for isbn in right)

    await catalogue.database.read(compare)


def store_all(db: Connection, catalogue: Sequence[Book]) -> None:
    for book in catalogue:
        store_book(db, book)


def isbns_of(db: Connection, found: Results) -> list[str]:
    return [book.isbn for book in books_at_ranks(db, found.ranks)]


def list_all_pages(db: Connection, query: Query, wanted: Filters, limit: int) -> list[str]:
    """Return the ISBNs of every page, one after the other."""
    seen, after = [], ""
    while True:
        found = find_books(db, query, wanted, limit, after)
        seen += isbns_of(db, found)
        if not found.next_cursor:
            return seen
        after = found.next_cursor


async def test_the_whole_title_comes_first_then_titles_and_people_then_the_rest(database: Database) -> None:
    emma = Contributor("A01", "Emma Stone", "emma-stone")
    for book in (
        a_book("Other", publisher="Emma Books", published="2026"),
        a_book("Cooking", contributors=(emma,), published="2025"),
        a_book("Emma and more", stock=0, published="2024"),
        a_book("Emma", stock=0, published="1990"),
    ):
        await database.write(store_book, book)
    assert await find_titles(database, "emma") == ["Emma", "Cooking", "Emma and more", "Other"]


@pytest.mark.parametrize("most", [1, 2, 3, 4])
async def test_a_beginning_finds_all_words_that_begin_so_however_many(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("bookshop.search.sqlite_index.MAX_COMPLETIONS", most)
    for title in ("Season", "Season2", "Seasons", "Sea"):
        await database.write(store_book, a_book(title))
    assert sorted(await find_titles(database, "seaso")) == ["Season", "Season2", "Seasons"]


async def test_lists_to_browse_are_counted_and_paged(database: Database) -> None:
    for n in range(5):
        await database.write(
            store_book, a_book(f"Volume {n}", subjects=(Subject("FBA"),), published=f"202{n}")
        )

    def list_pages(db: Connection, facet: Facet, value: str) -> list[list[str]]:
        pages, after = [], ""
        while True:
            found = list_by_facet(db, facet, value, 2, after)
            assert found.count == 5
            pages.append([book.title for book in books_at_ranks(db, found.ranks)])
            if not found.next_cursor:
                return pages
            after = found.next_cursor

    right = [["Volume 4", "Volume 3"], ["Volume 2", "Volume 1"], ["Volume 0"]]
    for facet, value in (
        (Facet.SUBJECT, "F"),
        (Facet.SUBJECT, "FBA"),
        (Facet.CATEGORY, "fiction"),
        (Facet.CONTRIBUTOR, "george-eliot"),
        (Facet.ALL, ""),
    ):
        assert await database.read(list_pages, facet, value) == right, (facet, value)
    assert await database.read(list_by_facet, Facet.SUBJECT, "X", 2) == Results()
    assert await database.read(list_by_facet, Facet.CONTRIBUTOR, "nobody", 2) == Results()


async def test_a_number_leads_straight_to_its_book(database: Database) -> None:
    book = await database.write(store_book, a_book(isbn="9780804429573"))
    for typed in ("9780804429573", "0-8044-2957-X", " 978-0-8044-2957-3 ", "ISBN: 978-0-8044-2957-3, new"):
        assert await database.read(find_typed_isbn, typed) == book.isbn
    for typed in ("9780804429574", "eliot", "", "9781234567897"):
        assert await database.read(find_typed_isbn, typed) is None


async def test_a_number_is_found_as_it_is_typed(database: Database) -> None:
    await database.write(store_book, a_book("Found", isbn="9780804429573"))
    for typed in ("97808044", "978-0-8044", "08044295", "0-8044-29", "080442957X", "ISBN 0-8044-2957-X"):
        assert await find_titles(database, typed) == ["Found"], typed


SPELLINGS = {
    "百年孤独": ["孤独", "年孤", "独", "百年孤独"],
    "ノルウェイの森": ["の森", "ウェイ", "ノルウェーの森"],
    "백년의 고독": ["고독", "백년의고독", "년의", "백년은 고독"],
    "Łódź in 20,000 steps": ["lodz", "łódź", "twenty thousand steps", "20000 steps"],
    "Catch-22": ["catch22", "catch 22", "catch twenty two", "catch22 eliot"],
    "Winnie-the-Pooh": ["winniethepooh", "winniethepooh eliot", "winnie the pooh hardback", "winnie thepooh"],
    "Alice in Wonderland": ["alice wonder land", "aliceinwonderland", "alice e-book"],
    "Nineteen Eighty-Four": ["1984", "nineteen eighty four", "1984 kindle"],
    "Dr Müller & Mr Hyde": ["doctor mueller", "muller and mister hyde", "Dr. Müller & Mr. Hyde"],
    "Letters of J. R. R. Tolkien": ["jrr tolkien", "j.r.r.tolkien", "j r r tolkien", "jrrtolkien"],
    "PD James": ["p.d. james", "p d james", "pd james"],
    "紅楼夢": ["红楼梦", "紅樓夢", "楼梦"],
    "مقدمة ابن خلدون": ["المقدمة خلدون", "مقدمت خلدون"],
    "סיפור על אהבה": ["סיפור על האהבה", "סיפורר על אהבה"],
}


async def test_a_book_is_found_however_its_title_is_spelled(database: Database) -> None:
    await database.write(store_all, [a_book(title) for title in SPELLINGS])
    for title, spellings in SPELLINGS.items():
        for typed in spellings:
            assert await find_titles(database, typed) == [title], typed


async def test_a_title_is_found_without_its_spaces_before_other_books_and_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = [a_book("Wild Fire", stock=0, publisher="Wildfire Press"), a_book("Wildfire days")]
    await database.write(store_all, books)
    assert await find_titles(database, "wildfire") == ["Wild Fire", "Wildfire days"]
    monkeypatch.setattr("bookshop.search.find_books.MAX_COUNTED", 1)
    pages = await database.read(list_all_pages, Query.from_text("wildfire"), Filters(), 1)
    assert pages == [book.isbn for book in books]


async def test_a_book_is_found_by_its_series_and_number(database: Database) -> None:
    books = [
        a_book(title, series="Dune Chronicles", series_number=number)
        for title, number in (("Dune", "1"), ("Dune Messiah", "2"))
    ]
    await database.write(store_all, books)
    for typed in ("dune 2", "dune chronicles 2", "dune 2 paperback"):
        assert await find_titles(database, typed) == ["Dune Messiah"], typed


async def test_signs_tell_programming_languages_apart(database: Database) -> None:
    titles = ["A Tour of C++", "C# in Depth", "C: the basics", "Cats"]
    await database.write(store_all, [a_book(title, contributors=()) for title in titles])
    for typed, title in (
        ("c++", "A Tour of C++"),
        ("tour c++", "A Tour of C++"),
        ("cpp", "A Tour of C++"),
        ("C#", "C# in Depth"),
        ("c sharp in depth", "C# in Depth"),
        ("c basics", "C: the basics"),
    ):
        assert await find_titles(database, typed) == [title], typed
    assert set(await find_titles(database, "c")) == set(titles)


async def test_the_format_that_was_typed_comes_first(database: Database) -> None:
    await database.write(
        store_all,
        [a_book("Dune", form="BB", published="2026"), a_book("Dune: a paperback history", form="BB")],
    )
    assert await find_titles(database, "dune paperback") == ["Dune: a paperback history"]
    await database.write(
        store_all, [a_book("Emma", form="BB", published="2026"), a_book("Emma", form="BC", published="2020")]
    )

    def list_forms(db: Connection, typed: str) -> tuple[list[str], tuple[str, ...]]:
        found = find_books(db, Query.from_text(typed), Filters(), 24)
        return [book.form for book in books_at_ranks(db, found.ranks)], found.did_you_mean

    assert await database.read(list_forms, "emma paperback") == (["BC", "BB"], ("emma",))
    assert await database.read(list_forms, "emma kindle") == (["BB", "BC"], ("emma",))
    assert await database.read(list_forms, "ema hardback") == (["BB", "BC"], ("emma",))
    assert await database.read(list_forms, "ema paperback") == (["BC", "BB"], ("emma",))
