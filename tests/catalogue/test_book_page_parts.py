"""A book page has no holes: each part is there with what the shop knows, or not at all."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.display_store import add_display
from bookshop.database import Database
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book
from tests.shopper import Shopper

LATER = datetime(2098, 1, 14, tzinfo=UTC)
ANN = Contributor("A01", "Ann Other", "ann-other")
BARE: dict[str, Any] = {"blurb": "", "details": BookDetails()}


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def section_of(page: str, heading_id: str) -> str:
    """Return the section with this heading as text; empty if there is none."""
    found = re.search(rf'<(\w+)[^>]* aria-labelledby="{heading_id}".*?</\1>', page, re.DOTALL)
    return text_of(found[0]) if found else ""


async def read_page(shopper: Shopper, database: Database, book: Book, *others: Book) -> str:
    def store(db: Connection) -> None:
        for one in (book, *others):
            store_book(db, one)

    await database.write(store)
    return await shopper.read(f"/books/{book.isbn}/{book.slug}")


async def test_the_series_stands_in_order_with_this_book_marked(shopper: Shopper, database: Database) -> None:
    some: dict[str, Any] = {"series": "Towns", "series_key": "towns"}
    book = a_book("Second", series_number="2", **some)
    first = a_book("First", series_number="1", stock=0, supply=Supply("51"), **some)
    page = await read_page(shopper, database, book, first, a_book("Fourth", series_number="4", **some))
    assert section_of(page, "series-heading") == (
        "Towns , in order The whole series"
        " First No longer available Number 1 Price S$18.90"
        " Second This book Number 2 Price S$18.90"
        " Not in our shop Number 3"
        " Fourth Number 4 Price S$18.90"
    )
    assert page.count('aria-current="page">Second</a>') == 1
    assert page.count('<li class="here">') == 1
    assert page.count('<li class="gone">') == 2


async def test_a_book_outside_a_series_has_no_shelf_of_one(shopper: Shopper, database: Database) -> None:
    page = await read_page(shopper, database, a_book(series="Towns", series_key="towns"))
    assert 'In the series <a href="/series/towns">Towns</a>' in page
    assert "series-heading" not in page


@pytest.mark.parametrize(
    ("people", "heading"),
    [
        ((ANN,), "More by Ann Other All books by Ann Other"),
        ((ANN, Contributor("A01", "Bo", "bo")), "More by Ann Other and Bo"),
        ((Contributor("B01", "Ann Other", "ann-other"),), "More edited by Ann Other All books by Ann Other"),
    ],
)
async def test_people_are_shown_with_their_other_books(
    shopper: Shopper, database: Database, people: tuple[Contributor, ...], heading: str
) -> None:
    book, other = a_book(contributors=people, category=""), a_book("Other", contributors=people, category="")
    page = await read_page(shopper, database, book, other)
    assert section_of(page, "people-heading").startswith(f"{heading} Other George Eliot")
    assert "suggestions-heading" not in page


async def test_someone_with_a_biography_is_introduced(shopper: Shopper, database: Database) -> None:
    person = Contributor("A01", "Ann van Other", "ann-other", "<p>She <em>wrote</em>.</p>")
    page = await read_page(
        shopper, database, a_book(contributors=(person, Contributor("B06", "Bo", "bo")), **BARE)
    )
    assert section_of(page, "person-1") == "AO Ann van Other She wrote ."
    assert "person-2" not in page


async def test_without_a_text_the_details_are_a_strip(shopper: Shopper, database: Database) -> None:
    page = await read_page(shopper, database, a_book(**BARE))
    assert '<dl class="facts wide">' in page
    assert 'class="split' not in page
    page = await read_page(shopper, database, a_book())
    assert '<dl class="facts">' in page


@pytest.mark.parametrize("is_pick", [True, False])
@pytest.mark.parametrize("has_text", [True, False])
async def test_a_card_stands_on_the_board_if_there_is_something_to_say(
    shopper: Shopper, database: Database, *, is_pick: bool, has_text: bool
) -> None:
    book = await database.write(store_book, a_book("Emma & Co", **({} if has_text else BARE)))
    if is_pick:
        await database.write(add_display, "picks", [(book.isbn, "Twice.", "Mei")])
    page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
    assert ("Twice." in page) == is_pick
    assert ("Not sure? Ask us." in page) == (not is_pick and not has_text)
    assert (" noted" in page) == (is_pick or not has_text)


async def test_what_cannot_be_bought_can_be_asked_for(shopper: Shopper, database: Database) -> None:
    page = await read_page(shopper, database, a_book("Emma & Co", stock=0, **BARE))
    # one question is enough
    assert "Not sure? Ask us." not in page
    (address,) = re.findall(r'href="(mailto:[^"]+)">Ask us to get it', page)
    assert unescape(address).startswith(
        "mailto:hello@example.com?subject=Do%20you%20have%20Emma%20%26%20Co%20%28978"
    )
    page = await read_page(shopper, database, a_book(stock=0, supply=Supply("20", may_sell=False)))
    assert "Ask us" not in page.partition("<footer")[0]


@pytest.mark.parametrize(
    ("supply", "sent", "collect"),
    [
        (Supply(), "Sent from our shelves", "Collect in the shop"),
        (Supply("21", lead_days=4), "Sent in about 4 days", "Collect in about 4 days"),
        (Supply("10", on_sale=LATER), "Sent on 14 January 2098", "Collect from 14 January 2098"),
    ],
)
async def test_delivery_and_collection_promise_what_the_shop_knows(
    shopper: Shopper, database: Database, supply: Supply, sent: str, collect: str
) -> None:
    page = await read_page(shopper, database, a_book(stock=0 if supply.code else 2, supply=supply))
    start = page.index('<ul class="promises">')
    assert text_of(page[start : page.index("</ul>", start)]) == (
        f"{sent} S$4.00 an order to Singapore, however many books."
        f" {collect} Free; we keep it behind the till for you."
    )


async def test_a_page_can_be_shared_without_a_script(shopper: Shopper, database: Database) -> None:
    book = a_book("Emma & Co")
    page = await read_page(shopper, database, book)
    (address,) = re.findall(r'data-share[^>]* href="([^"]+)"', page)
    url = f"http%3A%2F%2Flocalhost%3A5000%2Fbooks%2F{book.isbn}%2Femma-co"
    assert unescape(address) == f"mailto:?subject=Emma%20%26%20Co&body={url}"
    # a status within a link would leave it without a name
    assert re.search(r'</svg>Share</a> <span class="muted" role="status"></span>', page)


@pytest.mark.parametrize(
    ("stock", "supply", "band"),
    [
        (2, Supply(), ""),
        (0, Supply("21"), ""),
        (0, Supply(), "obi: Sold out"),
        (0, Supply("51"), "obi: No longer available"),
        (0, Supply("31"), ""),
        (0, Supply("10", on_sale=LATER), "obi soon: Out 14 January 2098"),
        (0, Supply("10", on_sale=LATER, preorders_from=LATER), "obi soon: Out 14 January 2098"),
    ],
)
async def test_a_band_around_the_cover_says_what_is_special(
    shopper: Shopper, database: Database, stock: int, supply: Supply, band: str
) -> None:
    page = await read_page(shopper, database, a_book(stock=stock, supply=supply))
    found = re.search(r'<span class="(obi[^"]*)">([^<]*)</span>', page)
    assert (f"{found[1]}: {found[2]}" if found else "") == band
