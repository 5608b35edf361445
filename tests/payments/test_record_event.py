"""Events are recorded once, and sell once, in whatever sequence they come."""

import random
from itertools import permutations, product

import pytest

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.orders.order import PaymentState
from bookshop.payments.gateway import Event
from bookshop.payments.process_due_order import process_if_due
from bookshop.payments.record_event import needs_work, record_event
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from tests.builders import a_book, store_book
from tests.payments.stored_orders import (
    POLICY,
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


@pytest.mark.parametrize(("order_id", "is_work"), [("of any shop", True), ("", False)])
def test_only_a_payment_that_names_an_order_may_be_of_a_lost_one(order_id: str, *, is_work: bool) -> None:
    event = Event("evt_1", "payment_intent.succeeded", "pi_1", order_id, is_live=False)
    assert needs_work(event, None) == is_work


async def test_an_event_recorded_before_a_crash_is_processed_after_it(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await account.pay(order.attempt.intent_id)
    event = Event("evt_1", "payment_intent.succeeded", order.attempt.intent_id, order.id, is_live=False)
    assert await record_event(database, event) == order.id
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.PAID


SALE = ("payment_intent.created", "charge.succeeded", "payment_intent.succeeded")


async def test_every_permutation_of_a_sales_events_with_none_to_two_copies_of_each_sells_once(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    """Repeats come as Stripe sends them: the same event, or another event for the same fact."""
    # without repeats: a kind with no copies leaves the same sequence in several permutations
    cases = dict.fromkeys(
        tuple(kind for kind in kinds for _ in range(copies[kind]))
        for kinds in permutations(SALE)
        for counts in product(range(3), repeat=len(SALE))
        if (copies := dict(zip(SALE, counts, strict=True)))
    )
    assert len(cases) == 79
    book = await database.write(store_book, a_book(stock=len(cases)))
    orders = [await place(database, gateway, book) for _ in cases]
    await sweep(database, gateway, POLICY)
    for order, kinds in zip(orders, cases, strict=True):
        await account.pay(order.attempt.intent_id)
        for number, kind in enumerate(kinds):
            event_id = f"evt_{order.id}_{kind}_{number % 2}"
            event = Event(event_id, kind, order.attempt.intent_id, order.id, is_live=False)
            if order_id := await record_event(database, event):
                await process_if_due(database, gateway, POLICY, order_id)
    await sweep(database, gateway, POLICY)
    for order, kinds in zip(orders, cases, strict=True):
        assert (await find(database, order)).payment is PaymentState.PAID, kinds
        assert await database.read(count_movements, order, "paid") == 1, kinds
    assert await database.read(find_available, book.isbn) == 0


async def test_events_before_the_payment_and_after_it_sell_once(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    choose = random.Random(7)
    kinds = ("payment_failed", "requires_action", "processing", "succeeded")
    book = await database.write(store_book, a_book(stock=24))
    for order_of_kinds in permutations(kinds):
        order = await place(database, gateway, book)
        paid_before = choose.randint(0, len(kinds) - 1)
        for number, kind in enumerate(order_of_kinds):
            if number == paid_before:
                await account.pay(order.attempt.intent_id)
            event_id = f"evt_{order.id}_{kind}"
            event = Event(
                event_id, f"payment_intent.{kind}", order.attempt.intent_id, order.id, is_live=False
            )
            if order_id := await record_event(database, event):
                await process_if_due(database, gateway, POLICY, order_id)
        assert await database.read(count_movements, order, "paid") == 1, (order_of_kinds, paid_before)
