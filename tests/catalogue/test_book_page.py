"""The book page shows everything about a book, in every state of its availability."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from bookshop.catalogue.add_book import add_related
from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.stock import pack_stock, reserve_stock, sell_stock
from bookshop.database import Database
from bookshop.trade.availability import Supply
from tests.builders import ALL_DETAILS, a_book, store_book
from tests.shopper import Shopper

LATER = datetime.now(UTC) + timedelta(days=60)
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


async def read_page(shopper: Shopper, database: Database, book: Book) -> str:
    await database.write(store_book, book)
    return await shopper.read(f"/books/{book.isbn}/{book.slug}")


def read_editions(page: str) -> list[str]:
    """Return the editions that are links beside the price."""
    found = re.findall(r'<a class="format[^>]*>(.*?)</a>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", text).split()) for text in found]


def facts(page: str) -> dict[str, str]:
    """The list of details, without markup."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {name: unescape(" ".join(re.sub("<[^>]+>", " ", value).split())) for name, value in found}


async def test_everything_that_is_known_is_said(shopper: Shopper, database: Database) -> None:
    people = (
        Contributor("A01", "Ann", "ann", "<p>She <em>wrote</em>.</p>"),
        Contributor("B06", "Bo", "bo"),
        Contributor("B06", "Cy", "cy"),
        Contributor("A99", "Di"),
    )
    book = a_book(
        isbn="9781732265172",
        contributors=people,
        subjects=(Subject("FBC"), Subject("FFXYZ"), Subject("FIC004000", "10")),
        series="Towns",
        series_key="towns",
        series_number="3",
        imprint="Imprint",
        details=ALL_DETAILS,
    )
    page = await read_page(shopper, database, book)
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page))
    assert "by Ann" in text
    assert "translated by Bo and Cy" in text
    assert "with Di" in text
    assert 'href="/people/ann">Ann</a>' in page
    assert 'Number 3 of <a href="/series/towns">Towns</a>' in page
    assert "<p>She <em>wrote</em>.</p>" in page
    assert "<ol><li>One</li></ol>" in page
    assert facts(page) == {
        "Format": "Paperback",
        "Edition": "2nd edition",
        "Pages": "838",
        "Size": "198 × 129 × 20 mm",
        "Weight": "300 g",
        "Publisher": "Imprint, Awning Editions",
        "Published": "March 2021",
        "Language": "English",
        "For ages": "8–12",
        "ISBN": "978-1-7322651-7-2 1-7322651-7-8",
        "In the shop": "Under Fiction",
        "Subjects": "Classic fiction Crime and mystery fiction",
        "Safety": "Maker 1 Example Street safety@example.com",
    }


async def test_unknown_details_are_left_out(shopper: Shopper, database: Database) -> None:
    book = a_book(
        stock=0,
        pages=0,
        publisher="",
        publisher_key="",
        published="",
        language="",
        byline="",
        blurb="",
        form="",
        price=0,
        contributors=(),
        subjects=(),
        details=BookDetails(),
        isbn="9791234567896",
    )
    page = await read_page(shopper, database, book)
    assert facts(page) == {"Format": "Book", "ISBN": "979-12-3456789-6", "Category": "Fiction"}
    assert '<dd class="isbn">979-12-3456789-6</dd>' in page
    assert "About the book" not in page
    assert "S$" not in page.replace("Delivery is S$", "")


@pytest.mark.parametrize("language", ["grc", "mul", "und", "qaa", "xxx"])
async def test_any_language_has_a_page(shopper: Shopper, database: Database, language: str) -> None:
    await read_page(shopper, database, a_book(language=language))


@pytest.mark.parametrize(
    ("left", "supply", "description"),
    [
        (3, Supply(), "On our shelves (3)"),
        (1, Supply("21", lead_days=4), "More than 1? We order the others in: about 4 days"),
        (0, Supply("21", lead_days=1), "Collect in about 1 day"),
        (0, Supply("10", on_sale=LATER), "You pay S$18.90 now."),
        (0, Supply("10", on_sale=LATER, preorders_from=LATER), "as soon as its publisher allows it"),
        (0, Supply(), "We have no copy at the moment."),
        (0, Supply("31", "2027-03"), "Temporarily unavailable, expected again March 2027"),
        (0, Supply("51"), "It is out of print"),
        (0, Supply("41"), "Another edition has taken its place."),
        (0, Supply("99"), "We do not know whether it is still available."),
        (0, Supply("20", may_sell=False), "It is not for sale in our shop."),
    ],
)
async def test_every_state_shows_what_can_be_done(
    shopper: Shopper, database: Database, left: int, supply: Supply, description: str
) -> None:
    book = a_book(stock=left, supply=supply)
    page = await read_page(shopper, database, book)
    assert description in page
    assert (">Add to basket<" in page) == book.can_be_bought
    assert (">Pre-order</button>" in page) == (book.availability.kind == "preorder")
    assert (">Buy now</button>" in page) == (book.availability.kind in ("shelf", "order"))


async def test_copies_that_are_reserved_are_not_called_sold(shopper: Shopper, database: Database) -> None:
    book = a_book(stock=2, supply=Supply("51"))
    page = await read_page(shopper, database, book)
    assert "Last two copies on our shelves" in page
    await database.write(reserve_stock, {book.isbn: 1}, "an order")
    page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
    assert "On our shelves (1)" in page
    assert "Last copy" not in page
    await database.write(reserve_stock, {book.isbn: 1}, "another order")
    page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
    assert "All copies are reserved at the moment" in page
    assert "some may become available again" in page
    assert "https://schema.org/OutOfStock" in page
    for order in ("an order", "another order"):
        await database.write(sell_stock, {book.isbn: 1}, order)
    page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
    assert "It is out of print, and we have no copy left." in page
    await database.write(pack_stock, {book.isbn: 1}, "an order", "an order:1")
    assert await shopper.read(f"/books/{book.isbn}/{book.slug}") == page


async def test_other_editions_are_offered(shopper: Shopper, database: Database) -> None:
    gone = a_book("Emma", stock=0, supply=Supply("51"), work="emma", published="2001")
    hard = a_book("Emma", form="BB", price=3000, work="emma", published="2015")
    german = a_book("Emma", form="BC", price=1000, language="ger", published="2020")
    for book in (gone, hard, german, a_book("Persuasion", work="persuasion")):
        await database.write(store_book, book)
    await database.write(add_related, german.isbn, [("06", gone.isbn)])
    page = await shopper.read(f"/books/{gone.isbn}/emma")
    assert read_editions(page) == [
        "Paperback, 2020, in German S$10.00",
        "Hardback S$30.00",
        "Paperback, 2001 No longer available",
    ]
    assert "You can buy it as:" in page
    assert "Hardback, 2015, S$30.00</a>" in page
    other_page = await shopper.read(f"/books/{german.isbn}/emma")
    assert read_editions(other_page) == [
        "Paperback, 2020 S$10.00",
        "Paperback, 2001, in English No longer available",
    ]
    # an edition is not suggested as another book
    assert 'class="caption"><h3><a href="/books/' + hard.isbn not in page


async def test_many_editions_are_in_a_list_of_their_own(shopper: Shopper, database: Database) -> None:
    books = [a_book("Emma", price=1000 + n, work="emma", published=str(2000 + n)) for n in range(7)]
    for book in books:
        await database.write(store_book, book)
    page = await shopper.read(f"/books/{books[6].isbn}/emma")
    assert read_editions(page) == [f"Paperback, {2000 + n} S$10.0{n}" for n in (0, 1, 2, 3, 6)]
    assert '<a class="all-editions" href="#editions">All 7 editions</a>' in page
    listed = page[page.index('id="editions"') : page.index("</section>", page.index('id="editions"'))]
    assert re.findall(r">([^<>]+)</a>", listed) == [f"Paperback, {2000 + n}" for n in range(6)]
    page = await shopper.read(f"/books/{(await database.write(store_book, a_book('Alone'))).isbn}/alone")
    assert 'aria-label="Editions"' not in page
    assert 'id="editions"' not in page


@pytest.mark.parametrize("is_in_the_old_record", [True, False])
async def test_a_book_that_was_replaced_leads_to_the_new(
    shopper: Shopper, database: Database, *, is_in_the_old_record: bool
) -> None:
    old = a_book("Emma", stock=0, supply=Supply("41"))
    new = a_book("Emma", form="BB")
    for book in (old, new):
        await database.write(store_book, book)
    isbn, relation = (old.isbn, ("05", new.isbn)) if is_in_the_old_record else (new.isbn, ("03", old.isbn))
    await database.write(add_related, isbn, [relation])
    assert "Hardback, 2021, S$18.90 (the new edition)</a>" in await shopper.read(f"/books/{old.isbn}/emma")
    assert "(the new edition)" not in await shopper.read(f"/books/{new.isbn}/emma")


def read_data(page: str) -> dict[str, Any]:
    (text,) = DATA.findall(page)
    data: dict[str, Any] = json.loads(text)
    return data


async def test_search_engines_are_told(shopper: Shopper, database: Database) -> None:
    book = a_book('Emma </script><script>alert("1")</script>', blurb="</script> & so on")
    page = await read_page(shopper, database, book)
    description = read_data(page)
    address = f"http://localhost:5000/books/{book.isbn}/{book.slug}"
    assert (description["@type"], description["name"], description["isbn"]) == ("Book", book.title, book.isbn)
    assert (description["url"], description["inLanguage"]) == (address, "en")
    assert description["author"][0]["url"] == "http://localhost:5000/people/george-eliot"
    assert description["offers"]["price"] == "18.90"
    assert f'<meta property="og:url" content="{address}">' in page
    assert '<meta name="description" content="&lt;/script&gt; &amp; so on">' in page
    assert f'content="http://localhost:5000/covers/{book.isbn}.svg"' in page
    assert page.count("<script") == 3


async def test_a_picture_is_what_is_shared(shopper: Shopper, database: Database) -> None:
    book = a_book(cover_version="0123456789ab", cover_width=400, cover_height=600)
    page = await read_page(shopper, database, book)
    assert read_data(page)["image"] == f"http://localhost:5000/covers/{book.isbn}-0123456789ab-400.jpg"
