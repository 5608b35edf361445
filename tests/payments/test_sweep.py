"""Every order is processed once, whatever webhooks miss."""

import asyncio
from datetime import UTC, datetime

import pytest

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_free
from bookshop.database import Database
from bookshop.orders.due_store import list_due
from bookshop.orders.order import Order, Payment
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from tests.builders import a_book, sgd, store_book
from tests.payments.stored_orders import (
    LONG_AGO,
    POLICY,
    RESERVATION,
    count_movements,
    find,
    place,
)
from tests.payments.stripe_account import Account


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=3))


async def test_an_abandoned_order_is_cancelled_at_stripe_and_gives_its_books_back(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    assert await database.read(find_free, book.isbn) == 2
    await sweep(database, gateway, POLICY)
    assert (await account.read(order.intent_id))["status"] == "canceled"
    assert (await find(database, order)).payment is Payment.CANCELLED
    assert await database.read(find_free, book.isbn) == 3
    assert await database.read(list_due, datetime.now(UTC) + RESERVATION, 9) == []


async def test_an_order_within_its_time_is_left_alone(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    asked = await account.count_calls("GET", f"/v1/payment_intents/{order.intent_id}")
    for _ in range(3):
        await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is Payment.OPEN
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.intent_id}") == asked


async def test_a_payment_without_any_webhook_is_found(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.intent_id)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is Payment.PAID


async def test_a_payment_in_the_last_second_is_a_payment(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    await account.pay(order.intent_id)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is Payment.PAID
    assert await database.read(find_free, book.isbn) == 2


async def test_paying_and_expiring_at_the_same_time_ends_as_one_of_the_two(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    orders = [await place(database, gateway, book, LONG_AGO) for _ in range(3)]
    paying = (account.pay(order.intent_id) for order in orders)
    await asyncio.gather(sweep(database, gateway, POLICY), *paying)
    await sweep(database, gateway, POLICY)
    for order in orders:
        status = (await account.read(order.intent_id))["status"]
        is_paid = (await find(database, order)).payment is Payment.PAID
        assert is_paid == (status == "succeeded"), status
        assert await database.read(count_movements, order, "sold") == is_paid
        assert await database.read(count_movements, order, "released") == (not is_paid)


async def test_many_sweepers_do_everything_once(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    orders = [await place(database, gateway, book, LONG_AGO) for _ in range(3)]
    looked = await asyncio.gather(*(sweep(database, gateway, POLICY) for _ in range(8)))
    assert sum(looked) == 3
    for order in orders:
        assert await account.count_calls("POST", f"/v1/payment_intents/{order.intent_id}/cancel") == 1
        assert await database.read(count_movements, order, "released") == 1


async def pay(database: Database, gateway: StripeGateway, account: Account, book: Book, method: str) -> Order:
    """An order that was paid like this, as the sweeper finds it."""
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.intent_id, method)
    await sweep(database, gateway, POLICY)
    paid = await find(database, order)
    assert paid.payment is Payment.PAID
    return paid


async def test_a_dispute_that_comes_with_the_payment_marks_the_order(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    paid = await pay(database, gateway, account, book, "pm_card_createDispute")
    assert (paid.dispute, paid.due_at) == ("needs_response", None)


async def test_a_refund_made_in_stripes_dashboard_is_stored(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    paid = await pay(database, gateway, account, book, "pm_card_visa")
    assert paid.charge
    await account.ask("POST", "/v1/refunds", {"charge": paid.charge.id, "amount": "100"})
    await sweep(database, gateway, POLICY)
    refunds = await database.read(list_refunds, paid.id)
    assert [refund.amount for refund in refunds] == [sgd(100)]
    assert (await find(database, paid)).due_at is None
