"""A bookcase says briefly what is special about a book, and how much of the list was seen."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.schema import sort_keys
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book
from tests.shopper import Shopper

BAND = re.compile(r'<span class="obi[^"]*">([^<]+)</span>')
STOCK = re.compile(r'<p class="(stock[^"]*)">([^<]+)</p>')
# the same day in the shop's time zone
NOON = datetime.now(UTC).replace(hour=12)
SOON, FAR = NOON + timedelta(days=40), NOON + timedelta(days=400)


# copies, price and supply of a book, and the words about it
STATES: list[tuple[int, int, Supply, str]] = [
    (3, 1890, Supply(), "On our shelves"),
    (2, 1890, Supply(), "Last two"),
    (1, 1890, Supply(), "Last copy"),
    (0, 1890, Supply("21", lead_days=4), "Ordered in, 4 days"),
    (0, 1890, Supply("21", lead_days=1), "Ordered in, 1 day"),
    (0, 1890, Supply("10", on_sale=SOON), f"Out {SOON.day} {SOON:%B}"),
    (0, 1890, Supply("10", on_sale=FAR), f"Out {FAR.day} {FAR:%B %Y}"),
    (0, 1890, Supply("10", expected="2027-03"), "Out March 2027"),
    (0, 1890, Supply("10"), "Not out yet"),
    (0, 1890, Supply(), "Sold out"),
    (0, 1890, Supply("31"), "Sold out"),
    (0, 1890, Supply("51"), "No longer available"),
    (0, 1890, Supply("99"), "Ask us"),
    (3, 1890, Supply("49"), "Not for sale"),
    (3, 0, Supply(), "No price yet"),
]
WITHOUT_BAND = {"On our shelves", "Last two", "Last copy", "Ordered in, 4 days", "Ordered in, 1 day"}


def store_states(db: Connection) -> None:
    for n, (stock, price, supply, _) in enumerate(STATES):
        store_book(db, a_book(f"Book {n}.", stock=stock, price=price, supply=supply))


async def test_a_book_has_one_mark_at_most(shopper: Shopper, database: Database) -> None:
    await database.write(store_states)
    places = (await shopper.read("/search")).split("<li")
    for n, (_, _, _, words) in enumerate(STATES):
        [place] = [place for place in places if f">Book {n}.</a>" in place]
        has_band = words not in WITHOUT_BAND
        assert BAND.findall(place) == [words] * has_band
        [(classes, text)] = STOCK.findall(place)
        assert text == words
        # beside a band, or for a book that is simply here, only a row says it
        assert ("in-rows" in classes) == (has_band or words == "On our shelves"), words
        assert ("Add to basket" in place) == ("none" not in classes), words


async def test_a_button_names_its_book(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma & more"))
    page = await shopper.read("/search")
    assert 'aria-label="Add to basket: Emma &amp; more"' in page


def store_volumes(db: Connection) -> None:
    for n in range(50):
        store_book(db, a_book(f"Volume {n:02}"), date(2026, 1, 1))


async def test_a_list_goes_on_though_a_book_is_gone(
    shopper: Shopper, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave_keys(db: Connection) -> None:
        """Store sort keys of no book, as a worker of an earlier version may leave behind."""
        keys = {"newest": 0, "price": 0, "price_desc": 0, "title": "", "bestselling": 0, "facets": ""}
        db.execute(sort_keys.insert().values(rank=1, **keys))

    await database.write(store_volumes)
    # so many that they are read in the order of their keys
    await database.write(store_volumes)
    monkeypatch.setattr("bookshop.search.find_books.MAX_COUNTED", 20)
    await database.write(leave_keys)
    page = await shopper.read("/search?sort=title")
    assert page.count('class="caption"') == 23
    assert 'href="/search?sort=title&amp;seen=24#book-25"' in page


async def test_a_list_says_how_much_of_it_was_seen(shopper: Shopper, database: Database) -> None:
    await database.write(store_volumes)
    page = await shopper.read("/search?q=volume")
    assert "You have seen 24 of 50 books" in page
    assert '<progress value="24" max="50"' in page
    assert 'id="book-' not in page
    page = await shopper.read("/search?q=volume&seen=24")
    assert "You have seen 48 of 50 books" in page
    # where a browser without script goes on
    assert page.count('<li id="book-25">') == 1
    assert 'href="/search?q=volume&amp;seen=48#book-49"' in page
    page = await shopper.read("/search?q=volume&seen=48")
    assert "You have seen all 50 books" in page
    assert 'rel="next"' not in page
    # the number of new books is not counted
    assert "You have seen 24 books" in await shopper.read("/new")


async def test_nothing_is_said_about_the_end_of_a_short_list(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book())
    assert "You have seen" not in await shopper.read("/new")


async def test_rows_are_a_choice_that_links_keep(shopper: Shopper, database: Database) -> None:
    await database.write(store_volumes)
    covers, rows = [await shopper.read(f"/search?q=volume{view}") for view in ("", "&view=rows")]
    assert '<html lang="en">' in covers
    assert '<html lang="en" class="rows">' in rows
    assert 'href="/search?q=volume&amp;view=rows" aria-current="false"' in covers
    assert 'href="/search?q=volume&amp;view=rows" aria-current="true"' in rows
    assert 'href="/search?q=volume&amp;view=covers" aria-current="false"' in rows
    assert 'href="/search?q=volume&amp;view=rows&amp;seen=24#book-25"' in rows
    assert '<html lang="en" class="rows">' in await shopper.read("/new?view=rows")
    # the view is one of the page, not of its books
    assert re.findall(r"<ol.*</ol>", covers, re.DOTALL) == re.findall(r"<ol.*</ol>", rows, re.DOTALL)


async def test_a_list_is_sorted_by_links_that_name_its_own_order(
    shopper: Shopper, database: Database
) -> None:
    for title, price in (("Beta", 300), ("Alpha", 100), ("Gamma", 200)):
        await database.write(store_book, a_book(title, price=price, series="S", series_key="s"))
    for path, usual in (
        ("/new", "Newest in the shop"),
        ("/series/s", "Number"),
        ("/subjects/FBC", "In stock first"),
    ):
        page = await shopper.read(path)
        assert f"<summary><span>Sort by </span>{usual}</summary>" in page
        assert f'<li><a href="{path}" aria-current="true">{usual}</a></li>' in page
        assert f'<li><a href="{path}?sort=price-desc">Price, high to low</a></li>' in page
        page = await shopper.read(f"{path}?sort=price-desc")
        assert re.findall(r"<h3><a[^>]+>([^<]+)", page) == ["Beta", "Gamma", "Alpha"]
        assert "<summary><span>Sort by </span>Price, high to low</summary>" in page
    assert "Best match</summary>" in await shopper.read("/search?q=eliot")
    assert "Sorted among" not in await shopper.read("/search?q=eliot&sort=title")
    # there is nothing to choose for one book
    assert "Sort by" not in await shopper.read("/search?q=alpha")


async def test_a_bookcase_has_the_hue_of_its_subject(shopper: Shopper, database: Database) -> None:
    # one book alone has no bookcase
    for _ in range(2):
        await database.write(store_book, a_book())
    for path, hue in (("/subjects/FBC", "sky"), ("/search?subject=fiction", "sky"), ("/new", "butter")):
        assert f'<div class="bookcase {hue}' in await shopper.read(path), path
