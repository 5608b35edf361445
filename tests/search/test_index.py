"""The index finds what a plain reading of every book finds, in the same order, on both databases."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.stock import release_stock, reserve_stock
from bookshop.catalogue.store import add_book, list_at
from bookshop.database import Database, open_database
from bookshop.schema import books, facet_counts
from bookshop.search import index, sqlite_index
from bookshop.search.index import (
    Found,
    count_facets,
    count_shown_facets,
    find_number,
    find_page,
    follow_shelves,
    has_moved,
    index_books,
    index_missing,
    list_in,
    tidy_index,
    unindex_books,
)
from bookshop.search.index_sync import follow, tidy
from bookshop.search.query import (
    LITTLE,
    Document,
    Filters,
    Query,
    band_of,
    day_of,
    facets_of,
    fold,
)
from bookshop.trade.availability import Supply
from bookshop.trade.product_forms import find_form
from tests.builders import a_book, count_pieces, store_book

WORDS = [
    "the",
    "of",
    "and",
    "to",
    "sea",
    "seal",
    "season",
    "season2",
    "seals",
    "lover",
    "love",
    "loved",
    "a",
    "an",
    "x",
    "1984",
    "emma",
    "émile",
    "emmas",
    "history",
    "historical",
]
PEOPLE = ["Ann Sea", "Émile Love", "Emma History", "Zoë O’Seal"]
CATEGORIES = ["fiction", "poetry", "travel"]
CODES = ["FBA", "FBC", "DCF", "WTL", "1DDU"]
OPTIONS: dict[str, list[str]] = {
    "subject": ["fiction", "poetry", "F", "FB", "DCF", "fba", "nonsense"],
    "form": ["hardback", "paperback", "digital"],
    "availability": ["shelf", "order", "preorder", "none"],
    "language": ["eng", "fre"],
    "price": ["1", "2", "5"],
    "person": ["ann-sea", "émile-love"],
    "publisher": ["love-press"],
    "series": ["sea-stories"],
}
filters = st.dictionaries(st.sampled_from(sorted(OPTIONS)), st.integers(0, 6), max_size=2).map(
    lambda chosen: Filters(**{name: OPTIONS[name][n % len(OPTIONS[name])] for name, n in chosen.items()})
)
queries = st.lists(
    st.sampled_from([*WORDS, "se", "lov", "hist", "histor", "seaso", "an", "ann", "pres"]), max_size=4
)
many_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def some_book(chance: random.Random) -> Book:
    """A book of few words, so that many share them."""
    later = datetime.now(UTC) + timedelta(days=30)
    name = chance.choice(PEOPLE)
    in_series = chance.random() < 0.2
    return a_book(
        " ".join(chance.choices(WORDS, k=chance.randint(1, 5))).title(),
        subtitle=" ".join(chance.choices(WORDS, k=chance.randint(0, 2))),
        stock=chance.choice([0, 0, 2]),
        price=chance.choice([0, 999, 1890, 1890, 9900]),
        shelf=chance.choice(CATEGORIES),
        form=chance.choice(["BB", "BC", "EA"]),
        language=chance.choice(["eng", "eng", "fre", ""]),
        published=chance.choice(["", "2020", "2021-03", "2021-03-02", "2026"]),
        publisher=chance.choice(["Love Press", "Awning Editions"]),
        publisher_key=chance.choice(["love-press", "awning-editions"]),
        series="Sea stories" if in_series else "",
        series_key="sea-stories" if in_series else "",
        contributors=(Contributor("A01", name, "-".join(name.lower().split())),),
        subjects=tuple(Subject(code) for code in chance.sample(CODES, chance.randint(0, 2))),
        supply=chance.choice([Supply(), Supply("20"), Supply("40"), Supply("10", on_sale=later)]),
    )


def words_of(book: Book) -> tuple[list[str], list[str]]:
    """The words in front, and all of them."""
    front = fold(f"{book.title} {book.subtitle} {' '.join(person.name for person in book.contributors)}")
    return front, front + fold(f"{book.publisher} {book.series} {book.isbn} {book.isbn[3:12]}")


def tier_of(book: Book, typed: Sequence[str]) -> int:
    """How well a book answers; 0 when it does not."""
    front, everything = words_of(book)
    if fold(book.title) == typed:
        return 1
    *whole, last = typed
    if last in LITTLE and (named := set(whole) - LITTLE):
        return 2 if set(typed) <= set(front) else 3 if named <= set(everything) else 0
    if set(whole) <= set(front) and any(word.startswith(last) for word in front):
        return 2
    starts_rest = last in everything if len(last) <= 4 else any(word.startswith(last) for word in everything)
    is_found = starts_rest or any(word.startswith(last) for word in front)
    return 3 if set(whole) - LITTLE <= set(everything) and is_found else 0


def fits(book: Book, wanted: Filters) -> bool:
    """Whether a book has all that a search is narrowed to."""
    codes = [subject.code.lower() for subject in book.subjects]
    checks = {
        "subject": book.shelf == wanted.subject
        or any(code.startswith(wanted.subject.lower()) for code in codes),
        "form": find_form(book.form).group == wanted.form,
        "availability": book.availability.kind == wanted.availability,
        "language": book.language == wanted.language,
        "price": band_of(book.price.minor) == wanted.price,
        "person": wanted.person in [person.key for person in book.contributors],
        "series": book.series_key == wanted.series,
        "publisher": book.publisher_key == wanted.publisher,
    }
    return all(is_so for name, is_so in checks.items() if getattr(wanted, name))


def expected(catalogue: Sequence[Book], typed: Sequence[str], wanted: Filters) -> list[str]:
    """What somebody would find who read every book."""
    standing = {"shelf": 0, "order": 1, "preorder": 1, "none": 2}
    found = [
        (tier, standing[book.availability.kind], -day_of(book.published), book.isbn)
        for book in catalogue
        if (tier := tier_of(book, typed) if typed else 1) and fits(book, wanted)
    ]
    return [isbn for *_, isbn in sorted(found)]


def store_all(db: Connection, catalogue: Sequence[Book]) -> None:
    for book in catalogue:
        store_book(db, book)


def isbns_of(db: Connection, found: Found) -> list[str]:
    return [book.isbn for book in list_at(db, found.places)]


def walk(db: Connection, query: Query, wanted: Filters, limit: int) -> list[str]:
    """Every page, one after the other."""
    seen, after = [], ""
    while True:
        found = find_page(db, query, wanted, after, limit)
        seen += isbns_of(db, found)
        if not found.after:
            return seen
        after = found.after


@pytest.mark.parametrize("most", [1000, 5])
async def test_it_finds_what_reading_every_book_finds(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    chance = random.Random(most)
    catalogue = [some_book(chance) for _ in range(80)]
    await database.write(store_all, catalogue)
    monkeypatch.setattr(index, "MOST_COUNTED", most)
    monkeypatch.setattr("bookshop.search.postgresql_index.WALK", 7)
    monkeypatch.setattr("bookshop.search.sqlite_index.MOST_BEGUN", most // 2)

    @many_examples
    @given(queries, filters, st.integers(1, 30))
    def compare(typed: list[str], wanted: Filters, limit: int) -> None:
        cases.append((Query.from_text(" ".join(typed)), fold(" ".join(typed)), wanted, limit))

    cases: list[tuple[Query, list[str], Filters, int]] = []
    compare()

    def look(db: Connection) -> None:
        for query, typed, wanted, limit in cases:
            right = expected(catalogue, typed, wanted)
            found = find_page(db, query, wanted, "", limit)
            if found.instead:
                continue
            assert isbns_of(db, found) == right[:limit], (typed, wanted)
            assert walk(db, query, wanted, limit) == right, (typed, wanted)
            assert found.is_more <= (len(right) > most)
            assert found.count == (most if found.is_more else len(right))
            if not found.is_more and None not in found.facets.values():
                by_isbn = {book.isbn: book for book in catalogue}
                shelves = Counter(f"s_{by_isbn[isbn].shelf}" for isbn in right)
                assert {t: n for t, n in found.facets.items() if t[:2] == "s_"} == shelves

    await database.read(look)


def recount(db: Connection) -> dict[str, int]:
    """How many books have each facet, from the documents themselves."""
    places = list(db.execute(select(books.c.place).where(books.c.place.is_not(None))).scalars())
    stored = index._index(db).read(db, places)
    assert len(stored) == len(places)
    return dict(Counter(token for tokens in stored.values() for token in facets_of(tokens)))


def written(db: Connection) -> dict[str, int]:
    return {row.token: row.books for row in db.execute(select(facet_counts))}


async def test_facets_stay_counted_whatever_happens(database: Database) -> None:
    def change(db: Connection) -> None:
        chance = random.Random(4)
        catalogue = [some_book(chance) for _ in range(30)]
        store_all(db, catalogue)
        for _ in range(60):
            isbn = chance.choice(catalogue).isbn
            values: dict[str, object] = chance.choice(
                [
                    {"shelf": chance.choice(CATEGORIES)},
                    {"price_minor": 500},
                    {"is_listed": chance.random() < 0.5},
                ]
            )
            db.execute(books.update().where(books.c.isbn == isbn).values(**values))
            if chance.random() < 0.8:
                index_books(db, [isbn])
            else:
                unindex_books(db, [isbn])
            assert written(db) == recount(db)
        unindex_books(db, [book.isbn for book in catalogue])
        assert written(db) == recount(db) == {}
        assert find_page(db, Query(), Filters()) == Found()

    await database.write(change)


async def test_indexing_again_changes_nothing(database: Database) -> None:
    book = await database.write(store_book, a_book())
    assert await database.write(index_books, [book.isbn]) == 0
    assert await database.write(index_books, ["9780000000002"]) == 0
    assert await database.write(index_books, []) == 0


async def test_books_from_before_there_was_an_index_are_taken_in(database: Database) -> None:
    def add(db: Connection, n: int) -> None:
        add_book(db, a_book(f"Old {n}"), datetime.now(UTC).date())

    for n in range(3):
        await database.write(add, n)
    assert [await database.write(index_missing, 2) for _ in range(3)] == [2, 1, 0]
    found = await database.read(find_page, Query.from_text("old"), Filters())
    assert found.count == 3


async def titles(database: Database, query: str, **wanted: str) -> list[str]:
    """What somebody finds who types this."""

    def look(db: Connection) -> list[str]:
        found = find_page(db, Query.from_text(query), Filters(**wanted))
        return [book.title for book in list_at(db, found.places)]

    return await database.read(look)


async def test_the_whole_title_comes_first_then_titles_and_people_then_the_rest(database: Database) -> None:
    emma = Contributor("A01", "Emma Stone", "emma-stone")
    for book in (
        a_book("Other", publisher="Emma Books", published="2026"),
        a_book("Cooking", contributors=(emma,), published="2025"),
        a_book("Emma and more", stock=0, published="2024"),
        a_book("Emma", stock=0, published="1990"),
    ):
        await database.write(store_book, book)
    assert await titles(database, "emma") == ["Emma", "Cooking", "Emma and more", "Other"]


@pytest.mark.parametrize("most", [1, 2, 3, 4])
async def test_a_beginning_finds_all_words_that_begin_so_however_many(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("bookshop.search.sqlite_index.MOST_BEGUN", most)
    for title in ("Season", "Season2", "Seasons", "Sea"):
        await database.write(store_book, a_book(title))
    assert sorted(await titles(database, "seaso")) == ["Season", "Season2", "Seasons"]


async def test_a_slip_is_forgiven_only_where_nothing_else_matches(database: Database) -> None:
    for title in ("Middlemarch", "Form and void", "From here"):
        await database.write(store_book, a_book(title, contributors=()))
    found = await database.read(find_page, Query.from_text("midlemarch"), Filters())
    assert (found.count, found.instead) == (1, ("middlemarch",))
    assert await titles(database, "middelmarch") == ["Middlemarch"]
    assert await titles(database, "from") == ["From here"]
    assert await titles(database, "middlemarch viod") == []
    assert await titles(database, "viod form") == ["Form and void"]
    assert await titles(database, "midlemarch xyzzyx") == []
    assert await titles(database, "midlemarch", language="fre") == []


async def test_what_was_sold_out_moves_once_somebody_looks(database: Database) -> None:
    last, other = a_book("A tale", stock=1, published="2025"), a_book("B tale", published="2020")
    await database.write(store_book, last)
    await database.write(store_book, other)
    assert await follow(database) == 0
    await database.write(reserve_stock, {last.isbn: 1}, "order 1")
    assert await titles(database, "tale") == ["A tale", "B tale"]
    assert await database.read(has_moved)
    assert await follow(database) == 1
    assert not await database.read(has_moved)
    assert await titles(database, "tale") == ["B tale", "A tale"]
    assert await titles(database, "tale", availability="none") == ["A tale"]
    assert await database.write(follow_shelves) == 0
    await database.write(release_stock, {last.isbn: 1}, "order 1")
    assert await database.write(follow_shelves) == 1
    assert await titles(database, "tale") == ["A tale", "B tale"]


async def test_lists_to_browse_are_counted_and_paged(database: Database) -> None:
    for n in range(5):
        await database.write(
            store_book, a_book(f"Volume {n}", subjects=(Subject("FBA"),), published=f"202{n}")
        )

    def look(db: Connection, token: str) -> list[list[str]]:
        pages, after = [], ""
        while True:
            found = list_in(db, token, 2, after)
            assert found.count == 5
            pages.append([book.title for book in list_at(db, found.places)])
            if not found.after:
                return pages
            after = found.after

    right = [["Volume 4", "Volume 3"], ["Volume 2", "Volume 1"], ["Volume 0"]]
    for token in ("t_f", "t_fba", "s_fiction", "c_george-eliot", "a_"):
        assert await database.read(look, token) == right, token
    assert await database.read(list_in, "t_x") == Found()
    assert await database.read(list_in, "c_nobody") == Found()
    assert await database.read(count_facets, ["t_f", "t_fb", "t_x"]) == {"t_f": 5, "t_fb": 5}
    assert (await database.read(count_shown_facets))["s_fiction"] == 5


async def test_a_number_leads_straight_to_its_book(database: Database) -> None:
    book = await database.write(store_book, a_book(isbn="9780804429573"))
    for typed in ("9780804429573", "0-8044-2957-X", " 978-0-8044-2957-3 "):
        assert await database.read(find_number, typed) == book.isbn
    for typed in ("9780804429574", "eliot", "", "9781234567897"):
        assert await database.read(find_number, typed) is None


async def test_a_number_is_found_as_it_is_typed(database: Database) -> None:
    await database.write(store_book, a_book("Found", isbn="9780804429573"))
    for typed in ("97808044", "978-0-8044", "08044295", "0-8044-29", "080442957X"):
        assert await titles(database, typed) == ["Found"], typed


async def test_what_is_not_shown_is_not_found(database: Database) -> None:
    def hide(db: Connection, isbn: str) -> int:
        db.execute(books.update().values(is_listed=False))
        return index_books(db, [isbn])

    book = await database.write(store_book, a_book("Hidden"))
    assert await database.write(hide, book.isbn) == 1
    assert await titles(database, "hidden") == []
    assert await database.read(find_number, book.isbn) is None


async def test_tidying_makes_one_piece_of_the_index_and_changes_nothing_that_is_found(
    database: Database,
) -> None:
    for number in range(3):
        await database.write(store_book, a_book(f"Kept {number}"))
    found = await titles(database, "kept")
    assert len(found) == 3
    await tidy(database)
    assert await database.read(count_pieces) == 1
    assert await titles(database, "kept") == found


async def test_a_large_index_is_tidied_in_small_steps(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    def add(db: Connection, first: int) -> None:
        places = range(first, first + 3000)
        sqlite_index.add(
            db, [Document(place, tuple(f"word{place}x{n}" for n in range(40)), "") for place in places]
        )

    steps = 0
    for first in (0, 3000, 6000):
        await database.write(add, first)
    assert await database.read(count_pieces) > 1
    while await database.write(tidy_index):
        steps += 1
        assert steps < 100
    assert steps > 1
    assert await database.read(count_pieces) == 1
    await database.close()
