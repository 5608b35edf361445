"""While the database cannot be used, nothing typed is lost, and a paid order looks pending."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from quart import Response

from bookshop.app import Shop, create_app
from bookshop.catalogue.book import Book
from bookshop.database import Database, open_database
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order
from tests.builders import a_book, some_settings, store_book
from tests.faults.damage import damaged, locked
from tests.office.staff_client import OWN_SITE
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.shopper import HTMX, Shopper, receipt_of, text_of, token_of

TYPED = {"name": "Ada <Reader>", "email": "ada@example.com"}


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Use SQLite, whose file another program can lock and damage."""
    return sqlite_url


@pytest.fixture
async def shop(database_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    """Run a shop that waits for its database for a moment only."""
    monkeypatch.setattr("bookshop.app.open_database", partial(open_database, max_wait=0.05))
    app = create_app(some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url))
    async with app.test_app():
        yield app


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=9))


async def is_busy(response: Response) -> str:
    """Return the page of a response that asks to try again."""
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    page = await text_of(response)
    assert "The shop is very busy at the moment" in page
    return page


@pytest.mark.parametrize("htmx", [False, True])
async def test_the_details_form_is_shown_again_filled_in(
    shopper: Shopper, book: Book, database_url: str, *, htmx: bool
) -> None:
    form = {**await shopper.open_form(book.isbn), **TYPED}
    with locked(database_url):
        page = await is_busy(await shopper.post("/checkout", form, htmx=htmx))
    assert 'value="Ada &lt;Reader&gt;"' in page
    assert 'value="ada@example.com"' in page
    assert f'name="order" value="{form["order"]}"' in page
    response = await shopper.post("/checkout", form)
    assert response.status_code == 303


async def test_a_password_is_never_repeated_on_a_page(shopper: Shopper, database_url: str) -> None:
    form = {"name": "Mei", "password": "seven green lamps", "code": "123456"}
    with locked(database_url):
        response = await shopper.client.post("/office/sign-in", form=form, headers=OWN_SITE)
    page = await text_of(response)
    assert response.status_code == 503
    assert "The database does not respond at the moment" in page
    assert "seven green lamps" not in page
    assert "123456" not in page


async def test_a_form_sent_to_an_unreadable_database_can_be_sent_again(
    shopper: Shopper, book: Book, database_url: str
) -> None:
    form = {**await shopper.open_form(book.isbn), **TYPED}
    with damaged(database_url):
        page = await is_busy(await shopper.post("/checkout", form))
        for name, value in (("name", "Ada &lt;Reader&gt;"), ("order", form["order"])):
            assert f'<input type="hidden" name="{name}" value="{value}">' in page
        fragment = await shopper.post("/checkout", form, htmx=True)
        await is_busy(fragment)
        assert fragment.headers["HX-Retarget"] == "#notices"
        page = await is_busy(await shopper.post("/basket", {"isbn": book.isbn, "quantity": "2"}))
        assert '<input type="hidden" name="quantity" value="2">' in page
    assert (await shopper.post("/checkout", form)).status_code == 303


async def test_a_receipt_waits_while_the_database_cannot_be_written(
    shop: Shop, shopper: Shopper, book: Book, account: Account, database: Database, database_url: str
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent)
    with locked(database_url):
        page = await shopper.read(receipt_of(pay_page))
        assert "Nearly there" in page
        assert "data-hx-trigger" in page
        assert "http-equiv" in page
        secret = (await account.read(intent))["client_secret"]
        query = f"payment_intent={intent}&payment_intent_client_secret={secret}"
        assert (await Shopper(shop.test_client()).get(f"/success?{query}")).status_code == 303
    assert "Thank" in await shopper.read(receipt_of(pay_page))
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert order.payment is PaymentState.PAID


async def test_a_receipt_that_cannot_be_read_asks_again_by_itself(
    shopper: Shopper, book: Book, account: Account, database_url: str
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent)
    receipt = receipt_of(pay_page)
    addresses = (receipt, f"{receipt}/status?polls=3", f"/success?payment_intent={intent}&redirect_status=ok")
    with damaged(database_url):
        for address in addresses:
            for headers in ({}, HTMX):
                response = await shopper.client.get(address, headers=headers)
                page = await text_of(response)
                assert response.status_code == 503
                assert "We are confirming your payment." in page
                assert "went wrong" not in page
                assert f'data-hx-get="{address.replace("&", "&amp;")}"' in page
                assert ("http-equiv" in page) == (not headers)
                assert "HX-Retarget" not in response.headers
    assert "Thank" in await shopper.read(receipt)


async def test_public_pages_are_served_as_they_were(
    shop: Shop, shopper: Shopper, book: Book, database_url: str
) -> None:
    page = await shopper.read("/search?q=middlemarch")
    cache = shop.extensions["page_cache"]
    with damaged(database_url):
        cache._clock = lambda: asyncio.get_running_loop().time() + 600
        response = await shopper.get("/search?q=middlemarch")
        assert response.status_code == 200
        assert await text_of(response) == page
        assert int(response.headers["Age"]) >= 590
        assert (await shopper.get("/search?q=another")).status_code == 503
        cache._clock = lambda: asyncio.get_running_loop().time() + 3700
        assert (await shopper.get("/search?q=middlemarch")).status_code == 503
    assert "Age" not in (await shopper.get("/search?q=middlemarch")).headers


async def test_a_page_that_is_not_there_needs_no_database(
    shopper: Shopper, book: Book, database_url: str
) -> None:
    assert book.title in await shopper.read("/no-such-page", status=404)
    with damaged(database_url):
        page = await shopper.read("/no-such-page", status=404)
    assert "We can’t find that page." in page
    assert "While you are here" not in page
