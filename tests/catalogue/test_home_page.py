"""The home page is full and calm with any number of books, and links only to what is there."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.catalogue.cover_store import list_category_covers
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.home_page import load_home_page
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.search_page import load_search_page
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value
from bookshop.search.filters import Filters
from tests.builders import a_book, some_settings, store_book
from tests.shopper import Shopper

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


def titles(books: Sequence[Book]) -> list[str]:
    return [book.title for book in books]


def display(db: Connection, /, **displays: Sequence[Book]) -> None:
    for name, shown in displays.items():
        add_display(db, name, [(book.isbn, "Read it.", "Mei") for book in shown])


async def test_a_shop_of_few_books_shows_each_once(database: Database) -> None:
    books = [a_book(f"{n}", category="fiction" if n < 8 else "travel") for n in range(20)]
    await database.write(store_books, *books)
    await database.write(display, picks=[books[1]], loved=[books[0], books[19]])
    home = await database.read(load_home_page)
    assert titles(home["window"]) == ["19", "18", "17"]
    assert titles(home["new"]) == ["16", "15", "14", "13", "12", "11"]
    assert titles(home["loved"]) == ["0"]
    shelves = [shelf for board in home["boards"] for shelf in board.shelves]
    assert [sorted(titles(shelf.books)) for shelf in shelves] == [list("234567"), ["10", "8", "9"]]
    assert home["tiles"] == []


async def test_the_window_is_what_the_bookseller_chose_or_else_the_newest(database: Database) -> None:
    books = [a_book(f"{n}") for n in range(6)]
    await database.write(store_books, *books)
    assert titles((await database.read(load_home_page))["window"]) == ["5", "4", "3"]
    await database.write(display, window=[books[1]])
    home = await database.read(load_home_page)
    assert titles(home["window"]) == ["1"]
    assert titles(home["new"]) == ["5", "4", "3", "2", "0"]


async def test_a_shop_of_many_books_has_a_tile_for_each_category(database: Database) -> None:
    books = [a_book(category="fiction" if n % 2 else "travel") for n in range(25)]
    await database.write(store_books, *books)
    home = await database.read(load_home_page)
    assert [(tile.category.slug, tile.count, len(tile.covers)) for tile in home["tiles"]] == [
        ("fiction", 12, 2),
        ("travel", 13, 2),
    ]
    assert (home["boards"], len(home["new"])) == ([], 6)


BAND = re.compile(r'<(?:section|div) class="(?:band|front) ?(\w*)')


@pytest.mark.parametrize(
    ("count", "picks", "loved", "there", "missing"),
    [
        (
            0,
            0,
            0,
            ["The first books are on their way.", "Ask us for a book"],
            ["In the window", 'href="#new"'],
        ),
        (1, 1, 0, ["In the window", ">Staff pick<", "few books and good ones"], ['id="new"', "All 1"]),
        (2, 0, 0, ["In the window"], ['id="new"', "Staff pick", "Well loved", 'href="#new"']),
        (5, 2, 1, ['id="new"', ">Staff picks<", "All 5 books"], ["Well loved", "All staff", 'href="#new"']),
        (
            20,
            4,
            7,
            ['href="#new"', "All staff picks", "All well-loved", "All 20 books"],
            ['href="#subjects"'],
        ),
        (30, 0, 0, ['href="#subjects"', 'id="subjects"', "All 30 books"], ["Staff picks<", "Well loved"]),
    ],
)
async def test_home_promises_only_what_is_there(
    shopper: Shopper,
    database: Database,
    count: int,
    picks: int,
    loved: int,
    there: list[str],
    missing: list[str],
) -> None:
    books = [a_book(f"{n}", category="fiction" if n % 2 else "travel") for n in range(count)]
    await database.write(store_books, *books)
    await database.write(display, picks=books[:picks], loved=books[:loved])
    page = (await shopper.read("/")).partition("</header>")[2]
    assert [text for text in there if text not in page] == []
    assert [text for text in missing if text in page] == []
    hues = [hue for hue in BAND.findall(page) if hue not in ("", "plain")]
    assert len(hues) == len(set(hues)), "a hue is on two bands"
    for target in re.findall(r'href="#([\w-]+)"', page):
        assert f'id="{target}"' in page, target


async def test_a_title_in_another_language_has_it_wherever_it_is_a_link(
    shopper: Shopper, database: Database
) -> None:
    book = a_book("吾輩は猫である", language="jpn")
    await database.write(store_books, book, a_book("Emma"))
    for path in ("/", "/new", f"/books/{book.isbn}/{quote(book.slug)}"):
        page = await shopper.read(path)
        assert re.search(r' lang="ja"[^>]*>吾輩は猫である', page), path
        assert re.search(r'lang="en"[^>]*>Emma', page) is None, path


@pytest.mark.parametrize(
    ("settings", "cards"),
    [
        ({"SHOP_EMAIL": "", "SHOP_ADDRESS": "", "SHOP_HOURS": ""}, []),
        (
            {"SHOP_EMAIL": "m@shop.example", "SHOP_ADDRESS": "", "SHOP_HOURS": ""},
            ["Looking for something else?"],
        ),
        ({"SHOP_EMAIL": "", "SHOP_ADDRESS": "1 Road", "SHOP_HOURS": ""}, ["Visit us"]),
    ],
)
async def test_what_the_shop_has_not_told_leaves_no_hole(
    database: Database, database_url: str, settings: dict[str, str], cards: list[str]
) -> None:
    async with create_app(some_settings(DATABASE_URL=database_url, **settings)).test_app() as running:
        page = await Shopper(running.test_client()).read("/")
    header, _, rest = page.partition("</header>")
    main, _, footer = rest.partition("</main>")
    assert re.findall(r'<h2 id="(?:visit|ask)-heading">([^<]+)', main) == cards
    assert ("Ask us for a book" in main) == ("Ask us to get a book" in footer) == bool(settings["SHOP_EMAIL"])
    assert ("Visit us" in header) == bool(settings["SHOP_ADDRESS"])
    for target in re.findall(r'href="#([\w-]+)"', page):
        assert f'id="{target}"' in page, target


async def test_the_footer_links_to_the_shops_own_law_pages(sqlite_url: str) -> None:
    pages = {"TERMS_URL": "https://a.example/terms/", "LEGAL_NOTICE_URL": "https://a.example/imprint?a=1&b=2"}
    async with create_app(some_settings(DATABASE_URL=sqlite_url, **pages)).test_app() as running:
        _, _, footer = (await Shopper(running.test_client()).read("/")).partition("</main>")
    assert '<a href="https://a.example/terms/">Terms of sale</a>' in footer
    assert '<a href="https://a.example/imprint?a=1&amp;b=2">Legal notice</a>' in footer
    assert "Privacy" not in footer
