"""A book without a price is shown, nowhere with a price of zero, and others are offered."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.display_store import add_display
from bookshop.database import Database
from bookshop.schema import books
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book
from tests.shopper import Shopper

# the same day in the time zone of the shop
LATER = datetime.now(UTC).replace(hour=12) + timedelta(days=60)
ZERO = re.compile(r"\b0\.00\b")
LISTS = ("/", "/new", "/forthcoming", "/picks", "/loved", "/series/towns", "/subjects/FBC", "/new.atom")
SUGGESTED = re.compile(r'class="caption"><h3><a href="[^"]+">([^<]+)</a>')


def remove_price(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(price_minor=0))


async def test_no_page_shows_a_price_of_zero(shopper: Shopper, database: Database) -> None:
    book = a_book("Emma", price=0, work="emma", series="Towns", series_key="towns")
    coming = a_book("Coming", price=0, supply=Supply("10", on_sale=LATER), published=f"{LATER:%Y-%m-%d}")
    other = a_book("Emma in German", work="emma")
    for one in (book, coming, other):
        await database.write(store_book, one)
    for display in ("window", "picks", "loved"):
        await database.write(add_display, display, [(book.isbn, "Wry.", "Mei")])
    await shopper.put_in_basket(book.isbn)
    pages = [f"/books/{one.isbn}/{one.slug}" for one in (book, coming, other)]
    others = ("/search?q=emma", "/search?q=nothing", "/basket", f"/basket?short={book.isbn}")
    for path in (*LISTS, *pages, *others):
        assert not ZERO.search(await shopper.read(path)), path
    for path in ("/checkout", f"/checkout?item={book.isbn}"):
        assert not ZERO.search(await shopper.read(path, status=409)), path


async def test_a_book_that_loses_its_price_is_taken_out_with_this_reason(
    shopper: Shopper, database: Database
) -> None:
    book, other = [await database.write(store_book, a_book(title)) for title in ("Emma", "Persuasion")]
    for one in (book, other):
        await shopper.put_in_basket(one.isbn)
    form = await shopper.open_form()
    await database.write(remove_price, book.isbn)
    response = await shopper.post("/checkout", form)
    assert response.status_code == 409
    assert "We do not have a price for it at the moment" in await response.get_data(as_text=True)
    page = await shopper.read(f"/checkout?item={book.isbn}", status=409)
    assert "We do not have a price for Emma yet." in page
    await database.write(remove_price, other.isbn)
    assert "Nothing in your basket can be bought" in await shopper.read("/basket")


STATES = (
    (3, Supply(), ["On our shelves, but without a price", "We do not have a price for this book yet."]),
    (0, Supply("20"), ["No price yet", "We do not have a price for this book yet."]),
    (0, Supply("10", on_sale=LATER), [f"Not out yet: expected on {LATER.day}", "no price yet"]),
    (0, Supply("10"), ["Not out yet", "as soon as its publisher allows it"]),
    (0, Supply("31", "2027-03"), ["Temporarily unavailable, expected again March 2027"]),
    (0, Supply("51"), ["No longer available", "It is out of print"]),
    (3, Supply("49"), ["We cannot sell this book", "It is not for sale in our shop."]),
    (0, Supply("99"), ["Ask us about this book", "We do not know whether it is still available."]),
)


async def test_every_state_has_its_own_reason(shopper: Shopper, database: Database) -> None:
    for left, supply, expected in STATES:
        book = await database.write(store_book, a_book(stock=left, price=0, supply=supply))
        page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
        assert [text for text in expected if text not in page] == []
        assert ">Buy now<" not in page
        assert '"offers"' not in page
    # what the search filters by agrees with the pages
    found = await shopper.read("/search?availability=none")
    assert found.count('<li class="gone">') == len(STATES)
    assert f"{len(STATES)} books" in found


def all_kinds() -> list[Book]:
    """Return a book of each kind of availability, and one without a price."""
    return [
        a_book("On the shelf"),
        a_book("To order", stock=0, supply=Supply("21")),
        a_book("Pre-order", supply=Supply("10", on_sale=LATER)),
        a_book("Sold out", stock=0),
        a_book("Unpriced", price=0),
    ]


async def test_instead_of_a_book_only_those_on_the_shelves_are_offered(
    shopper: Shopper, database: Database
) -> None:
    shown = [await database.write(store_book, book) for book in all_kinds()]
    gone = await database.write(store_book, a_book("Gone", stock=0, supply=Supply("51"), contributors=()))
    await database.write(add_display, "loved", [(book.isbn, "", "") for book in shown])
    for path, status in ((f"/books/{gone.isbn}/gone", 200), (f"/checkout?item={gone.isbn}", 409)):
        page = await shopper.read(path, status=status)
        assert "On our shelves instead" in page
        assert SUGGESTED.findall(page) == ["On the shelf"]
    near = SUGGESTED.findall(await shopper.read(f"/books/{shown[0].isbn}/on-the-shelf"))
    assert sorted(near) == ["Pre-order", "To order"]
    await database.write(add_display, "picks", [(book.isbn, "", "") for book in shown])
    picks = SUGGESTED.findall(await shopper.read("/search?q=xyzzy"))
    assert picks == ["On the shelf", "To order", "Pre-order"]
    await shopper.put_in_basket(gone.isbn)
    assert SUGGESTED.findall(await shopper.read("/basket")) == ["On the shelf", "To order", "Pre-order"]
