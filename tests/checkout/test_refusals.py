"""What Stripe refuses or does not answer leaves a page with a calm message."""

import re

import pytest
from sqlalchemy import select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.orders.order import CancelReason
from bookshop.orders.order_list import list_orders
from bookshop.payments.errors import ProviderUnavailable, RequestRefused
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import orders
from tests.builders import a_book, store_book
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of, text_of


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
    fail(monkeypatch, "create_payment", RequestRefused("parameter_unknown", "colour"))
    answer = await shopper.place(book.isbn)
    page = await text_of(answer)
    assert answer.status_code == 502
    assert 'role="alert"' in page
    assert 'id="email-problem"' not in page
    assert 'value="Ada Reader"' in page
    assert await database.read(find_available, book.isbn) == 3
    reason = await database.read(lambda db: db.scalar(select(orders.c.cancel_reason)))
    assert reason == CancelReason.REFUSED


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
    for method in ("read_payment", "cancel_payment"):
        fail(monkeypatch, method, ProviderUnavailable())
    assert "Try again" in await shopper.read(pay_page)
    hosted = await shopper.post(f"{pay_page}/hosted", {})
    assert hosted.status_code == 200
    assert "Try again" in await text_of(hosted)


@pytest.mark.parametrize(
    ("price", "quantity", "words"),
    [
        (49, 1, "S$0.49 is too little to pay online The least that we can charge is S$0.50."),
        (99_999_999, 2, "S$1,999,999.98 is too much for one payment The most that we can charge at once is"),
    ],
)
async def test_an_amount_that_stripe_would_not_charge_is_not_ordered(
    shopper: Shopper, database: Database, account: Account, price: int, quantity: int, words: str
) -> None:
    book = await database.write(store_book, a_book("Odd", stock=3, price=price))
    await shopper.put_in_basket(book.isbn, quantity)
    before = await account.list_calls("POST")
    answer = await shopper.place()
    assert answer.status_code == 422
    assert words in words_of(await text_of(answer))
    assert await account.list_calls("POST") == before
    assert await database.read(list_orders) == []


@pytest.mark.parametrize(("price", "quantity"), [(50, 1), (99_999_999, 1)])
async def test_the_least_and_the_most_that_stripe_charges_can_be_paid(
    shopper: Shopper, database: Database, account: Account, price: int, quantity: int
) -> None:
    book = await database.write(store_book, a_book("Edge", stock=3, price=price))
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    assert "Thank&nbsp;you" in await shopper.read(receipt_of(pay_page))


AMOUNT_REFUSALS = [
    ("amount_too_small", "S$23.00 is too little to pay online Our payment service does not take so small"),
    ("amount_too_large", "S$23.00 is too much for one payment Our payment service does not take so large"),
]


@pytest.mark.parametrize(("code", "words"), AMOUNT_REFUSALS)
async def test_an_amount_that_stripe_refuses_is_not_called_an_outage(
    shopper: Shopper, book: Book, database: Database, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    fail(monkeypatch, "create_payment", RequestRefused(code, "amount"))
    answer = await shopper.place(book.isbn)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert words in words_of(page)
    assert 'value="Ada Reader"' in page
    assert await database.read(find_available, book.isbn) == 3


@pytest.mark.parametrize("has_basket", [True, False])
@pytest.mark.parametrize(("code", "words"), AMOUNT_REFUSALS)
async def test_a_refusal_after_an_outage_shows_the_form_with_its_reason(
    shopper: Shopper,
    book: Book,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    has_basket: bool,
    code: str,
    words: str,
) -> None:
    if has_basket:
        await shopper.put_in_basket(book.isbn)
    fail(monkeypatch, "create_payment", ProviderUnavailable())
    pay_page = await shopper.place_and_pay_page("" if has_basket else book.isbn)
    fail(monkeypatch, "create_payment", RequestRefused(code, "amount"))
    answer = await shopper.post(pay_page, {})
    page = await text_of(answer)
    assert answer.status_code == 422
    assert words in words_of(page)
    assert 'value="Ada Reader"' in page
    assert await database.read(find_available, book.isbn) == 3


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        *((RequestRefused(code), words) for code, words in AMOUNT_REFUSALS),
        (RequestRefused("email_invalid", "customer_email"), "That address looks unfinished."),
    ],
)
async def test_what_the_hosted_page_refuses_is_told_too(
    shopper: Shopper,
    book: Book,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    refusal: RequestRefused,
    words: str,
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    fail(monkeypatch, "create_hosted_payment", refusal)
    answer = await shopper.post(f"{pay_page}/hosted", {})
    assert answer.status_code == 422
    assert words in words_of(await text_of(answer))
    assert await database.read(find_available, book.isbn) == 3


def words_of(page: str) -> str:
    """Return the words of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
