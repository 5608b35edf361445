"""No error empties a form: what was typed is in the fields of every error page."""

from html import escape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.schema import books, stock
from tests.builders import a_book, some_settings, store_book
from tests.processes import free_port
from tests.shopper import DETAILS, Shopper, text_of

WHATEVER = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# letters of several scripts, and what HTML escapes; without spaces, which are trimmed
CHARACTERS = st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd", "Po"], max_codepoint=0x24F)
texts = st.text(CHARACTERS, max_size=20) | st.just("x" * 201)
FIELDS = ("email", "name", "street", "unit", "city", "postcode")


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=2, price=2300))


def shows(page: str, field: str, text: str) -> bool:
    tag = page.split(f'name="{field}"')[1].split(">")[0]
    return f'value="{escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}"' in tag


@WHATEVER
@given(typed=st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)))
async def test_whatever_is_typed_is_still_there(shopper: Shopper, book: Book, typed: dict[str, str]) -> None:
    form = {**await shopper.open_form(book.isbn), "delivery": "deliver", "country": "SG", **typed}
    answer = await shopper.post("/checkout", {**form, "quote_fingerprint": ""})
    page = await text_of(answer)
    assert answer.status_code == 422
    plain = {field: text for field, text in typed.items() if field not in ("email", "postcode")}
    assert [field for field, text in plain.items() if not shows(page, field, text)] == []
    codes = {field: text for field, text in typed.items() if field not in plain and text.isascii()}
    assert [field for field, text in codes.items() if not shows(page, field, text)] == []


def sell_out(db: Connection, isbn: str) -> None:
    reserve_stock(db, {isbn: 2}, "another order")


def change_price(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(price_minor=9900))


def make_too_cheap(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(price_minor=10))


def take_away(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(is_listed=False))
    db.execute(stock.update().where(stock.c.isbn == isbn).values(on_hand=0))


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("item", [True, False])
@pytest.mark.parametrize("happens", [sell_out, change_price, make_too_cheap, take_away])
async def test_whatever_happens_meanwhile_the_details_are_kept(
    shopper: Shopper, book: Book, database: Database, happens: Any, item: bool, htmx: bool
) -> None:
    await shopper.put_in_basket(book.isbn)
    form = {**await shopper.open_form(book.isbn if item else ""), **DETAILS}
    await database.write(happens, book.isbn)
    if happens is make_too_cheap:
        form |= await shopper.open_form(book.isbn if item else "")
    answer = await shopper.post("/checkout", form, htmx=htmx)
    assert 400 <= answer.status_code < 500
    page = await text_of(answer)
    for field in ("email", "name"):
        assert shows(page, field, DETAILS[field])
    assert 'value="collect" checked' in page or shows(page, "delivery", "collect")


async def test_a_payment_service_that_is_away_and_a_limit_keep_the_details(
    database_url: str, book: Book
) -> None:
    limited = some_settings(
        DATABASE_URL=database_url,
        STRIPE_API_BASE=f"http://127.0.0.1:{free_port()}",
        MAX_ORDERS_PER_HOUR="1",
    )
    app = create_app(limited)
    async with app.test_app():
        shopper = Shopper(app.test_client())
        await shopper.place(book.isbn)
        answer = await shopper.place(book.isbn, name="Another Reader")
    assert answer.status_code in (429, 503)
    assert shows(await text_of(answer), "name", "Another Reader")


@pytest.mark.parametrize("query", ["xyzzy", "'\"<b>", "%", "97817322651", "\u200bemma", "the the the"])
async def test_a_search_without_results_keeps_its_words(shopper: Shopper, book: Book, query: str) -> None:
    assert book.title
    response = await shopper.client.get("/search", query_string={"q": query})
    assert shows(await text_of(response), "q", query)
