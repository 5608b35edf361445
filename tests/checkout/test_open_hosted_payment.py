"""Paying on Stripe's own page: one open way to pay at a time, whatever two tabs do."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.checkout.open_card_payment import resume_payment
from bookshop.checkout.open_hosted_payment import open_hosted_payment
from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.reservation import reservation_end
from bookshop.orders.store import find_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.gateway import HostedPage
from bookshop.payments.process_due_order import process_if_due
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import orders, payment_attempts
from tests.builders import a_book, payment_update, store_book
from tests.payments.stored_orders import POLICY, RESERVATION
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.shopper import CLIENT_SECRET, Shopper, receipt_of, text_of, token_of

CARD = {"email": "reader@example.com", "number": "4242424242424242", "expiry": "12 / 34", "cvc": "123"}


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=9, price=2300))


async def open_hosted(shopper: Shopper, pay_page: str) -> str:
    answer = await shopper.post(f"{pay_page}/hosted", {})
    assert answer.status_code == 303, await text_of(answer)
    return answer.headers["Location"]


async def pay_hosted(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.post(url, data=CARD)


async def test_the_hosted_page_asks_for_exactly_this_order(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    url = await open_hosted(shopper, pay_page)
    order = await database.read(find_order, token_of(pay_page))
    assert order
    session = await account.ask("GET", f"/v1/checkout/sessions/{order.attempt.session_id}")
    assert session["url"] == url
    assert (session["amount_total"], session["currency"]) == (2300, "sgd")
    assert session["metadata"] == {
        "order": order.id,
        "shop": await database.read(find_shop_id),
        "name": order.name,
        "email": order.email,
        "books": f"{book.isbn}×1",
    }
    assert session["success_url"].endswith(receipt_of(pay_page))
    assert session["cancel_url"].endswith(pay_page)


async def test_choosing_the_hosted_page_closes_the_card_form_at_stripe(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await open_hosted(shopper, pay_page)
    assert (await account.read(intent))["status"] == "canceled"
    page = await shopper.read(pay_page)
    assert "You have started to pay on Stripe’s page" in page
    assert not CLIENT_SECRET.search(page)


async def test_going_back_to_the_card_form_closes_the_hosted_page(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    url = await open_hosted(shopper, pay_page)
    answer = await shopper.post(pay_page, {})
    assert answer.status_code == 303
    intent = await shopper.find_intent(pay_page)
    await pay_hosted(url)
    assert "Nothing has been charged." in await shopper.read(receipt_of(pay_page))
    await account.pay(intent)


async def test_asking_for_the_hosted_page_again_gives_the_same_page(shopper: Shopper, book: Book) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    urls = {await open_hosted(shopper, pay_page) for _ in range(3)}
    assert len(urls) == 1


async def test_the_books_are_reserved_until_the_hosted_page_closes(
    shopper: Shopper, book: Book, database: Database, gateway: StripeGateway
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    token = token_of(pay_page)
    await database.write(let_time_pass, token, timedelta(minutes=9))
    await open_hosted(shopper, pay_page)
    order = await find(database, token)
    assert reservation_end(order, RESERVATION) == order.attempt.expires_at
    # twenty minutes later an event makes the order due
    await database.write(let_time_pass, token, timedelta(minutes=20))
    await database.write(set_due, order.id, datetime.now(UTC))
    assert await process_if_due(database, gateway, POLICY, order.id)
    assert (await find(database, token)).payment is PaymentState.OPEN
    assert "We keep this book for you until" in await shopper.read(pay_page)


async def test_hosted_pages_do_not_prolong_a_reservation_for_ever(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    token = token_of(pay_page)
    await database.write(let_time_pass, token, timedelta(minutes=9))
    await open_hosted(shopper, pay_page)
    # back to the card form: the shopper has begun to pay
    assert (await shopper.post(pay_page, {})).status_code == 303
    order = await find(database, token)
    assert reservation_end(order, RESERVATION) == order.placed_at + RESERVATION
    await database.write(let_time_pass, token, timedelta(minutes=22))
    before = await account.count_calls("POST", "/v1/checkout/sessions")
    assert await open_hosted(shopper, pay_page) == receipt_of(pay_page)
    assert await account.count_calls("POST", "/v1/checkout/sessions") == before


async def test_a_hosted_page_that_has_closed_is_an_expired_order(
    shopper: Shopper, book: Book, database: Database
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    token = token_of(pay_page)
    await open_hosted(shopper, pay_page)
    order = await find(database, token)
    closed = payment_update(order, "canceled", session_id=order.attempt.session_id)
    await database.write(let_time_pass, token, timedelta(minutes=31))
    assert (
        await database.write(apply_payment_update, order.id, closed)
    ).cancel_reason is CancelReason.EXPIRED


def let_time_pass(db: Connection, token: str, time: timedelta) -> None:
    """Move an order and its hosted page into the past."""
    order = find_order(db, token)
    assert order
    db.execute(orders.update().where(orders.c.id == order.id).values(placed_at=order.placed_at - time))
    if order.attempt.expires_at:
        expires_at = order.attempt.expires_at - time
        attempts = payment_attempts.update().where(payment_attempts.c.order_id == order.id)
        db.execute(attempts.values(expires_at=expires_at))


async def find(database: Database, token: str) -> Order:
    order = await database.read(find_order, token)
    assert order
    return order


async def test_paying_on_the_hosted_page_leads_to_the_receipt(shopper: Shopper, book: Book) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    answer = await pay_hosted(await open_hosted(shopper, pay_page))
    assert answer.headers["Location"].endswith(receipt_of(pay_page))
    page = await shopper.read(receipt_of(pay_page))
    assert "Thank&nbsp;you" in page
    assert re.search(r'<code id="charge-id">ch_\w+</code>', page)


async def test_an_order_paid_by_card_has_no_hosted_page(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    assert (await open_hosted(shopper, pay_page)) == receipt_of(pay_page)


async def test_two_tabs_that_choose_differently_pay_once(
    shop: Shop, shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    paid = 0
    for turn in range(5):
        pay_page = await shopper.place_and_pay_page(book.isbn, name=f"Ada {turn}")
        tabs = [Shopper(shop.test_client()) for _ in range(4)]
        answers = await asyncio.gather(
            *(tab.post(f"{pay_page}{'/hosted' if n % 2 else ''}", {}) for n, tab in enumerate(tabs))
        )
        urls = {answer.headers.get("Location", "") for answer in answers}
        for url in urls:
            if url.startswith(account.url):
                await pay_hosted(url)
        for intent in await open_intents(account, database, pay_page):
            await account.pay(intent)
        await shopper.read(receipt_of(pay_page))
        order = await database.read(find_order, token_of(pay_page))
        assert order
        charges = [
            intent for intent in await account.list_intents(order.id) if intent["status"] == "succeeded"
        ]
        assert len(charges) == (order.payment is PaymentState.PAID)
        paid += len(charges)
    assert paid


class Interrupted(StripeGateway):
    """The shop's account; another tab pays by card while the first payment is being cancelled."""

    def __init__(self, url: str, database: Database, token: str) -> None:
        super().__init__(SECRET_KEY, (), url)
        self.database, self.token, self.is_interrupted = database, token, False

    async def cancel_payment(self, payment_id: str) -> PaymentUpdate:
        if not self.is_interrupted:
            self.is_interrupted = True
            await resume_payment(self.database, self, await find(self.database, self.token))
        return await super().cancel_payment(payment_id)


async def test_a_card_form_that_another_tab_opens_meanwhile_is_closed(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    order = await find(database, token_of(pay_page))
    gateway = Interrupted(account.url, database, order.token)
    addresses = HostedPage("https://shop.example/orders/1", "https://shop.example/checkout/1")
    url = await open_hosted_payment(database, gateway, order, addresses)
    await gateway.close()
    assert url.startswith(account.url)
    assert [intent["status"] for intent in await account.list_intents(order.id)] == ["canceled", "canceled"]
    assert (await find(database, order.token)).attempt.session_id


async def open_intents(account: Account, database: Database, pay_page: str) -> list[str]:
    """Every card form that could still be paid, however its secret got around."""
    order = await database.read(find_order, token_of(pay_page))
    assert order
    return [
        intent["id"]
        for intent in await account.list_intents(order.id)
        if intent["status"].startswith("requires_")
    ]


async def test_an_order_expires_with_its_hosted_page(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await open_hosted(shopper, pay_page)
    order = await database.read(find_order, token_of(pay_page))
    assert order
    await account.ask("POST", f"/v1/checkout/sessions/{order.attempt.session_id}/expire")
    assert "This order was cancelled" in await shopper.read(receipt_of(pay_page))
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert order.payment is PaymentState.CANCELLED
