"""What people, series, publishers and subjects show above, or instead of, their bookcase."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.list_opening import MAX_SPINES, MIN_SPINES, find_series
from bookshop.catalogue.series_order import SeriesEntry, missing_numbers
from bookshop.database import Database
from tests.builders import a_book, store_book
from tests.shopper import Shopper

SPINE = re.compile(r'<a class="spine( gone)?" href="/books/[^"]+"[^>]*><span>([^<]+)</span>')
ANN: dict[str, Any] = {
    "byline": "Ann Other",
    "contributors": (Contributor("A01", "Ann Other", "ann-other"),),
    "publisher": "P",
    "publisher_key": "p",
    "subjects": (Subject("FBC"),),
}
A_SERIES: dict[str, Any] = {"series": "A Series", "series_key": "a-series"}
PATHS = ["/people/ann-other", "/series/a-series", "/publishers/p", "/subjects/FBC"]


def store_all(db: Connection, *books: Book) -> None:
    for book in books:
        store_book(db, book)


@pytest.mark.parametrize("path", PATHS)
async def test_the_only_book_of_a_list_is_ready_to_buy_above_its_neighbours(
    shopper: Shopper, database: Database, path: str
) -> None:
    only = a_book("The Only One", **A_SERIES, **ANN)
    other = a_book("Beside It", subjects=(Subject("FFC"),))
    await database.write(store_all, only, other)
    page = await shopper.read(path)
    assert "bookcase" not in page
    assert page.count(f'name="isbn" value="{only.isbn}"') == 1
    shown, below = page.split("On the same shelf")
    assert "The Only One</a></h2>" in shown
    assert "Beside It" in below
    assert "The Only One" not in below
    assert 'href="mailto:hello@example.com?subject=Another%20book%20' in shown


async def test_some_books_are_spines_in_the_order_of_their_series_and_dates(
    shopper: Shopper, database: Database
) -> None:
    numbered = [a_book(f"Part {n}", series_number=str(n), **A_SERIES, **ANN) for n in (2, 1)]
    dated = [a_book(f"Of {year}", published=str(year), **ANN) for year in (2020, 1999, 2010, 2005)]
    gone = a_book("Gone", stock=0, published="2021", **ANN)
    await database.write(store_all, *numbered, *dated, gone)
    page = await shopper.read("/people/ann-other")
    names = ["Part 1", "Part 2", "Of 1999", "Of 2005", "Of 2010", "Of 2020", "Gone"]
    assert SPINE.findall(page) == [(" gone" if name == "Gone" else "", name) for name in names]
    assert 'aria-hidden="true">AO</p>' in page
    assert '<a href="/series/a-series">A Series <span class="count">2</span></a>' in page
    assert "A Series, in order" in page
    assert "spine" not in await shopper.read("/people/ann-other?sort=title")


@pytest.mark.parametrize("path", PATHS)
async def test_neither_few_nor_very_many_books_are_spines(
    shopper: Shopper, database: Database, path: str
) -> None:
    books = [a_book(f"Volume {n}", **A_SERIES, **ANN) for n in range(MAX_SPINES + 1)]
    stored = 0
    for count, spines in ((MIN_SPINES - 1, 0), (MAX_SPINES, MAX_SPINES), (MAX_SPINES + 1, 0)):
        await database.write(store_all, *books[stored:count])
        stored = count
        page = await shopper.read(path)
        assert len(SPINE.findall(page)) == spines
        assert page.count("<h1>") == 1
        assert f"{count} books" in page


async def test_a_series_keeps_the_places_of_missing_numbers(shopper: Shopper, database: Database) -> None:
    for number in ("1", "3", "9"):
        await database.write(store_book, a_book(f"Part {number}", series_number=number, **A_SERIES))
    page = await shopper.read("/series/a-series")
    assert re.findall(r'<p class="note">Number (\d)</p>', page) == ["1", "2", "3", "9"]
    assert page.count("Not in our shop") == 1
    assert "Not in our shop" not in await shopper.read("/series/a-series?sort=title")


async def test_the_spines_of_a_series_stand_by_its_numbers(shopper: Shopper, database: Database) -> None:
    books = [
        a_book(f"Part {n}", published=f"{2020 - n}", series_number=str(n), **A_SERIES) for n in range(1, 9)
    ]
    await database.write(store_all, *books)
    page = await shopper.read("/series/a-series")
    assert [title for _, title in SPINE.findall(page)] == [book.title for book in books]


def test_missing_numbers_stand_before_the_next_book() -> None:
    entries = [SeriesEntry(0, number, "", f"isbn {number}") for number in ("2", "2.5", "5", "20", "")]
    assert missing_numbers(entries) == {"isbn 2": ("1",), "isbn 5": ("3", "4")}


def test_a_series_is_one_of_several_books() -> None:
    one = a_book(series="One", series_key="one")
    two = [a_book(series="Two", series_key="two", series_number=n) for n in ("10", "9")]
    [found] = find_series([one, *two, a_book()], is_whole=True)
    assert (found.name, found.count) == ("Two", 2)
    assert [place.number for place in found.places] == ["9", "10"]
    assert find_series([*two, replace(one, series_key="")], is_whole=False)[0].count is None
