"""Every order is processed once, whatever webhooks miss."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.database import Database, open_database
from bookshop.orders.due_store import list_due_orders
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.event_listing import set_events_fetched
from bookshop.payments.gateway import Event
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import OVERLAP, run_sweeper, sweep
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
from tests.processes import Process


@pytest.fixture
def simulator(own_simulator: Process) -> Process:
    return own_simulator


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=3))


async def test_an_abandoned_order_is_cancelled_at_stripe_and_gives_its_books_back(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    assert await database.read(find_available, book.isbn) == 2
    await sweep(database, gateway, POLICY)
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"
    assert (await find(database, order)).payment is PaymentState.CANCELLED
    assert await database.read(find_available, book.isbn) == 3
    assert await database.read(list_due_orders, datetime.now(UTC) + RESERVATION, 9) == []


async def test_an_order_within_its_time_is_left_alone(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    asked = await account.count_calls("GET", f"/v1/payment_intents/{order.attempt.intent_id}")
    for _ in range(3):
        await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.OPEN
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.attempt.intent_id}") == asked


async def test_a_payment_without_any_webhook_is_found(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.attempt.intent_id)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.PAID


async def test_a_payment_in_the_last_second_is_a_payment(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    await account.pay(order.attempt.intent_id)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.PAID
    assert await database.read(find_available, book.isbn) == 2


async def test_paying_and_expiring_at_the_same_time_ends_as_one_of_the_two(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    orders = [await place(database, gateway, book, LONG_AGO) for _ in range(3)]
    paying = (account.pay(order.attempt.intent_id) for order in orders)
    await asyncio.gather(sweep(database, gateway, POLICY), *paying)
    await sweep(database, gateway, POLICY)
    for order in orders:
        status = (await account.read(order.attempt.intent_id))["status"]
        is_paid = (await find(database, order)).payment is PaymentState.PAID
        assert is_paid == (status == "succeeded"), status
        assert await database.read(count_movements, order, "paid") == is_paid
        assert await database.read(count_movements, order, "released") == (not is_paid)


async def test_many_sweepers_do_everything_once(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    orders = [await place(database, gateway, book, LONG_AGO) for _ in range(3)]
    looked = await asyncio.gather(*(sweep(database, gateway, POLICY) for _ in range(8)))
    assert sum(looked) == 3
    for order in orders:
        assert await account.count_calls("POST", f"/v1/payment_intents/{order.attempt.intent_id}/cancel") == 1
        assert await database.read(count_movements, order, "released") == 1


async def pay(database: Database, gateway: StripeGateway, account: Account, book: Book, method: str) -> Order:
    """An order that was paid like this, as the sweeper finds it."""
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.attempt.intent_id, method)
    await sweep(database, gateway, POLICY)
    paid = await find(database, order)
    assert paid.payment is PaymentState.PAID
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


class ListingGateway(StripeGateway):
    """Lists no events, and remembers since when it was asked; the first sweeps may fail."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__("sk_test_x", (), "http://127.0.0.1:1")
        self.since: list[datetime] = []
        self.failures = failures
        self.listed_twice = asyncio.Event()

    async def list_events(self, since: datetime) -> list[Event]:
        self.since.append(since)
        if len(self.since) >= 2:
            self.listed_twice.set()
        if len(self.since) <= self.failures:
            raise ProviderUnavailable
        return []


async def test_events_are_listed_from_two_minutes_before_the_last_listing(database: Database) -> None:
    gateway = ListingGateway()
    before = datetime.now(UTC).replace(microsecond=0)
    await sweep(database, gateway, POLICY)
    await sweep(database, gateway, POLICY)
    after = datetime.now(UTC)
    assert len(gateway.since) == 2
    assert all(before - OVERLAP <= since <= after - OVERLAP for since in gateway.since)
    assert timedelta(minutes=2) == OVERLAP


async def test_a_listing_that_failed_is_made_up_for_by_the_next(database: Database) -> None:
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    await database.write(set_events_fetched, long_ago)
    gateway = ListingGateway(failures=1)
    for _ in range(3):
        await sweep(database, gateway, POLICY)
    assert gateway.since[:2] == [long_ago - OVERLAP] * 2
    assert gateway.since[2] > long_ago + timedelta(hours=4)


async def test_events_are_listed_once_in_each_interval(database: Database) -> None:
    gateway = ListingGateway()
    for _ in range(3):
        await sweep(database, gateway, POLICY, timedelta(hours=1))
    assert len(gateway.since) == 1


async def test_the_sweeper_goes_on_after_an_error(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = open_database(sqlite_url)
    gateway = ListingGateway()
    calls = iter([RuntimeError("broken")])

    async def fail_once(*args: object) -> None:
        if error := next(calls, None):
            raise error
        gateway.listed_twice.set()

    monkeypatch.setattr("bookshop.payments.sweep.sweep", fail_once)
    sweeper = asyncio.create_task(run_sweeper(database, gateway, POLICY, 0.001))
    async with asyncio.timeout(20):
        await gateway.listed_twice.wait()
    sweeper.cancel()
    await asyncio.gather(sweeper, return_exceptions=True)
    await database.close()
    assert "The sweep failed" in caplog.text
