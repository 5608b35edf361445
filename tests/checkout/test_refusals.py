"""What Stripe refuses or does not answer leaves a page with a calm message."""

import pytest

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.payments.errors import ProviderUnavailable, RequestRefused
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=3, price=2300))


def fail(monkeypatch: pytest.MonkeyPatch, method: str, error: Exception) -> None:
    """Let a request to Stripe fail."""

    async def failing(*args: object) -> None:
        raise error

    monkeypatch.setattr(StripeGateway, method, failing)


async def test_an_email_that_stripe_refuses_is_asked_for_again(
    shopper: Shopper, book: Book, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "create_payment", RequestRefused("email_invalid", "receipt_email"))
    answer = await shopper.place(book.isbn)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert 'id="email-problem"' in page
    assert 'id="name-problem"' not in page
    assert 'value="Ada Reader"' in page
    assert await database.read(find_available, book.isbn) == 3


async def test_an_order_that_stripe_refuses_keeps_what_was_typed(
    shopper: Shopper, book: Book, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "create_payment", RequestRefused("amount_too_large", "amount"))
    answer = await shopper.place(book.isbn)
    page = await text_of(answer)
    assert answer.status_code == 502
    assert 'role="alert"' in page
    assert 'id="email-problem"' not in page
    assert 'value="Ada Reader"' in page
    assert await database.read(find_available, book.isbn) == 3


async def test_an_earlier_order_that_cannot_be_cancelled_is_not_replaced(
    shopper: Shopper, book: Book, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shopper.place_and_pay_page(book.isbn)
    fail(monkeypatch, "cancel_payment", ProviderUnavailable())
    answer = await shopper.place(book.isbn, name="Another Reader")
    assert answer.status_code == 503
    assert 'value="Another Reader"' in await text_of(answer)
    assert await database.read(find_available, book.isbn) == 2


async def test_a_payment_page_without_stripe_offers_to_try_again(
    shopper: Shopper, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    fail(monkeypatch, "read_payment", ProviderUnavailable())
    assert "Try again" in await shopper.read(pay_page)
    hosted = await shopper.post(f"{pay_page}/hosted", {})
    assert hosted.status_code == 200
    assert "Try again" in await text_of(hosted)
