"""Lists show every book once, in a known order, with links to the next page and back."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.simple_lists import load_new_books
from bookshop.database import Database
from bookshop.schema import subject_headings
from bookshop.search.sort import Sort
from tests.builders import a_book, store_book
from tests.shopper import Shopper

TITLES = re.compile(r'<h3><a href="/books/[^"]+">([^<]+)</a></h3>')
NEXT = re.compile(r'rel="next" href="([^"#]+)#book-\d+" data-hx-get="([^"]+)"')
FIRST_DAY = date(2026, 1, 1)


def titles(page: str) -> list[str]:
    """Return the titles in the bookcase, below all that a list shows first."""
    return [unescape(title) for title in TITLES.findall(page.partition('<div class="bookcase')[2])]


def store_all(db: Connection, *books: Book) -> None:
    for n, book in enumerate(books):
        store_book(db, book, FIRST_DAY + timedelta(days=n // 7))


async def walk(shopper: Shopper, path: str) -> list[list[str]]:
    """Return the titles of each page, whose books come alone or after all before."""
    page = await shopper.read(path)
    parts, seen = [titles(page)], titles(page)
    while found := NEXT.search(page):
        page, alone = [await shopper.read(unescape(url)) for url in found.groups()]
        parts.append(titles(alone))
        seen += parts[-1]
        assert titles(page) == seen
        assert f'<a href="{path}">Back to the first books</a>' in alone
        for one in (page, alone):
            assert 'name="robots" content="noindex"' in one
    return parts


@pytest.mark.parametrize(
    "path",
    ["/new", "/forthcoming", "/subjects/FBC", "/people/ann-other", "/series/a-series", "/publishers/p"],
)
async def test_pages_of_a_list_together_are_all_of_it_once(
    shopper: Shopper, database: Database, path: str
) -> None:
    later = (datetime.now(UTC).date() + timedelta(days=400)).year
    some: dict[str, Any] = {
        "contributors": (Contributor("A01", "Ann Other", "ann-other"),),
        "series": "A Series",
        "series_key": "a-series",
        "publisher": "P",
        "publisher_key": "p",
    }
    books = [
        a_book(f"Volume {n:02}", published=f"{later + n % 2}-03", series_number=str(n), **some)
        for n in range(50)
    ]
    await database.write(store_all, *books)
    pages = await walk(shopper, path)
    assert [len(page) for page in pages] == [24, 24, 2]
    assert sorted(title for page in pages for title in page) == [book.title for book in books]
    if path == "/series/a-series":
        assert pages[0] == [book.title for book in books[:24]]
    if path == "/new":
        assert set(pages[0][:1]) == {"Volume 49"}


async def test_what_is_new_comes_newest_first(shopper: Shopper, database: Database) -> None:
    for title, day in (("Old", 1), ("New", 3), ("Middle", 2)):
        await database.write(store_book, a_book(title), date(2026, 1, day))
    page = await shopper.read("/new")
    assert titles(page) == ["New", "Middle", "Old"]
    assert '<link rel="alternate" type="application/atom+xml" href="/new.atom"' in page
    assert '<link rel="canonical" href="http://localhost:5000/new">' in page


async def test_what_is_to_come_comes_soonest_first(shopper: Shopper, database: Database) -> None:
    today = datetime.now(UTC).date()
    later, soon = today + timedelta(days=300), today + timedelta(days=30)
    for title, published in (
        ("Later", str(later)),
        ("Soon", str(soon)),
        ("Some day", str(later.year + 1)),
        ("Out", "2020"),
        ("Who knows", ""),
    ):
        await database.write(store_book, a_book(title, published=published))
    page = await shopper.read("/forthcoming")
    assert titles(page) == ["Soon", "Later", "Some day"]
    assert "<h1>Coming soon</h1>" in page


async def test_a_series_goes_by_its_numbers(shopper: Shopper, database: Database) -> None:
    for number in ("10", "2", "1.5", "", "Book 3"):
        book = a_book(f"No. {number}", series="S", series_key="s", series_number=number)
        await database.write(store_book, book)
    page = await shopper.read("/series/s")
    assert titles(page) == ["No. 1.5", "No. 2", "No. Book 3", "No. 10", "No. "]
    assert "A series of 5 books" in page
    assert "Number 1.5" in page


async def test_a_person_is_shown_by_what_they_did(shopper: Shopper, database: Database) -> None:
    ann = Contributor("A01", "Ann Other", "ann-other")
    told = replace(ann, biography="<p>She <em>wrote</em>.</p>")
    drawn = replace(ann, role="A12")
    for title, people in (
        ("Written", (told,)),
        ("Both", (ann, drawn)),
        ("Drawn", (Contributor("A01", "Bo", "bo"), drawn)),
    ):
        await database.write(store_book, a_book(title, contributors=people))
    page = await shopper.read("/people/ann-other")
    assert "<h1>Ann Other</h1>" in page
    assert "<p>She <em>wrote</em>.</p>" in page
    sections = re.findall(r'<h3 class="section">([^<]+)</h3>', page)
    assert sorted(sections) == ["Author", "Author and illustrator", "Illustrator"]
    assert sections[-1] == "Illustrator"
    assert "As author" not in await shopper.read("/people/bo")


async def test_where_there_are_many_books_each_shows_what_the_person_did(
    shopper: Shopper, database: Database
) -> None:
    ann, bo = Contributor("A01", "Ann", "ann"), Contributor("A01", "Bo", "bo")
    books = [a_book(f"Volume {n}", contributors=(ann,)) for n in range(24)]
    drawn = a_book("Drawn", contributors=(bo, replace(ann, role="A12")), published="2026")
    await database.write(store_all, *books, drawn)
    page = await shopper.read("/people/ann")
    assert re.findall(r'<p class="note">([^<]+)</p>', page) == ["Illustrator"]
    assert 'class="section' not in page


async def test_subjects_are_a_tree_with_counts(shopper: Shopper, database: Database) -> None:
    for codes in (("FBA",), ("FBC", "FR"), ("FFXYZ",), ("QDTS",)):
        await database.write(store_book, a_book(subjects=tuple(map(Subject, codes))))
    page = await shopper.read("/subjects")
    assert 'href="/subjects/F">Fiction and related items</a> <span class="count">3</span>' in page
    assert 'href="/subjects/FB">Fiction: general and literary <span class="count">2</span>' in page
    assert 'href="/subjects/QD">Philosophy <span class="count">1</span>' in page
    assert "/subjects/N" not in page
    page = await shopper.read("/subjects/FB")
    assert 'href="/subjects/FBC">Classic fiction <span class="count">1</span>' in page
    assert '<li><a href="/subjects/F">Fiction and related items</a></li>' in page
    assert 'href="/search?subject=FB"' in page
    assert 'role="status">2 books' in page


async def test_feeds_name_what_we_have_no_name_for(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book(subjects=(Subject("FFXY"), Subject("1DDU", "94"))))
    for code in ("FFXY", "FFX"):
        answer = await shopper.get(f"/subjects/{code}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/subjects/FF")
    await shopper.read("/subjects/1DDU", status=404)
    await database.write(
        add_headings, ("93", "FFXY", "Crime & <b>more</b>"), ("93", "1DDU", "United Kingdom")
    )
    assert "<h1>Crime &amp; &lt;b&gt;more&lt;/b&gt;</h1>" in await shopper.read("/subjects/FFXY")
    assert 'href="/subjects/FFXY">Crime &amp;' in await shopper.read("/subjects/FF")
    assert "<h1>United Kingdom</h1>" in await shopper.read("/subjects/1DDU")


def add_headings(db: Connection, *headings: tuple[str, str, str]) -> None:
    rows = [{"scheme": scheme, "code": code, "heading": heading} for scheme, code, heading in headings]
    db.execute(subject_headings.insert(), rows)


async def test_a_code_has_one_address(shopper: Shopper, database: Database) -> None:
    answer = await shopper.get("/subjects/fbc")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/subjects/FBC")
    assert "no books yet." in await shopper.read("/subjects/FBC")
    assert (await shopper.get(f"/subjects/{'F' * 5000}")).headers["Location"] == "/subjects/FF"


@pytest.mark.parametrize(
    "path", ["/people/nobody", "/series/none", "/publishers/none", "/subjects/9", "/people/%E2%80%A6"]
)
async def test_nothing_of_that_name_is_a_page_that_says_so(shopper: Shopper, path: str) -> None:
    assert "We can’t find that page." in await shopper.read(path, status=404)


async def test_a_display_shows_what_the_booksellers_say(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma"))
    await database.write(add_display, "picks", [(book.isbn, "Twice <b>.", "the fiction desk")])
    page = await shopper.read("/picks")
    assert "<h1>Staff picks</h1>" in page
    assert "Twice &lt;b&gt;. <b>the fiction desk</b></p>" in page
    assert titles(page) == ["Emma"]
    assert "Well loved: none yet." in await shopper.read("/loved")


async def test_junk_after_a_list_is_no_fault(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma"))
    for path in (
        "/new",
        "/forthcoming",
        "/people/george-eliot",
        "/publishers/awning-editions",
        "/subjects/F",
    ):
        for after in ("x", "9780000000002", "1-zz", "' OR 1", "9" * 400):
            answer = await shopper.get(f"{path}?after={after}")
            assert answer.status_code in (200, 404), (path, after)


async def test_odd_numbers_of_books_seen_are_as_if_none_was(shopper: Shopper, database: Database) -> None:
    await database.write(store_all, *(a_book(f"Volume {n:02}") for n in range(30)))
    for odd in ("23", "-24", "240", "1e1", "٢٤", "9" * 100):
        assert len(titles(await shopper.read(f"/new?seen={odd}"))) == 24, odd


@pytest.mark.parametrize(
    "path",
    [
        "/new",
        "/forthcoming",
        "/picks",
        "/subjects/FBC",
        "/people/ann-other",
        "/series/a-series",
        "/publishers/p",
        "/search?subject=fiction",
        "/search?q=volume",
    ],
)
async def test_every_list_is_sorted_as_its_address_says(
    shopper: Shopper, database: Database, path: str
) -> None:
    some: dict[str, Any] = {
        "contributors": (Contributor("A01", "Ann Other", "ann-other"), Contributor("A12", "Bo", "bo")),
        "series": "A Series",
        "series_key": "a-series",
        "publisher": "P",
        "publisher_key": "p",
        "published": f"{datetime.now(UTC).year + 1}",
    }
    prices = {"The Volume 3": 500, "Volume 1": 0, "Volume 2": 900}
    books = [a_book(title, price=price, **some) for title, price in prices.items()]

    def store(db: Connection) -> None:
        store_all(db, *books)
        add_display(db, "picks", [(book.isbn, "", "") for book in books])

    await database.write(store)
    separator = "&" if "?" in path else "?"
    orders = {
        "price": ["The Volume 3", "Volume 2", "Volume 1"],
        "price-desc": ["Volume 2", "The Volume 3", "Volume 1"],
        "title": ["Volume 1", "Volume 2", "The Volume 3"],
    }
    for sort, right in orders.items():
        # the titles of a search are marked where they match
        page = re.sub("</?mark>", "", await shopper.read(f"{path}{separator}sort={sort}"))
        assert titles(page) == right


async def test_only_the_first_of_many_new_books_are_sorted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshop.catalogue.simple_lists.MAX_COUNTED", 8)
    books = [a_book(f"Volume {n}", price=900 - n) for n in range(10)]
    await database.write(store_all, *books)
    by_price = ListRange(Sort.PRICE)
    found = await database.read(load_new_books, by_price)
    assert [book.price_minor for book in found.books] == sorted(900 - n for n in range(2, 10))
    assert found.is_sorted_in_part
    monkeypatch.setattr("bookshop.catalogue.simple_lists.MAX_COUNTED", 10)
    assert not (await database.read(load_new_books, by_price)).is_sorted_in_part
