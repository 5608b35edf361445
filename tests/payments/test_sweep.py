"""Whatever webhooks miss and whoever walks away: every order comes to its right end, once."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from sqlalchemy import Connection, func, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_free, reserve_stock
from bookshop.checkout.open_card_payment import resume_payment
from bookshop.database import Database
from bookshop.orders.due_store import list_due
from bookshop.orders.order import TOO_MANY_FAILURES, Order, Payment
from bookshop.orders.store import add_order, find_order
from bookshop.payments.gateway import Event
from bookshop.payments.process_due_order import DuePolicy, process_if_due, retry_delay
from bookshop.payments.record_event import record_event
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from bookshop.schema import stock_movements
from tests.builders import a_book, an_order, sgd, store_book
from tests.payments.stripe_account import Account
from tests.processes import free_port

RESERVATION = timedelta(minutes=30)
POLICY = DuePolicy(RESERVATION, max_failures=3, is_live=True)
LONG_AGO = timedelta(minutes=31)


async def place(
    database: Database, gateway: StripeGateway, book: Book, age: timedelta = timedelta()
) -> Order:
    """An order with its intent, placed so long ago."""
    placed_at = datetime.now(UTC) - age
    order = an_order(book, placed_at=placed_at, due_at=placed_at + RESERVATION)
    await database.write(write_order, order)
    return (await resume_payment(database, gateway, order)).order


def write_order(db: Connection, order: Order) -> None:
    add_order(db, order)
    reserve_stock(db, order.quantities, order.id)


def count_movements(db: Connection, order: Order, kind: str) -> int:
    of_order = (stock_movements.c.reason == order.id) & (stock_movements.c.kind == kind)
    return db.execute(select(func.count()).select_from(stock_movements).where(of_order)).scalar_one()


async def find(database: Database, order: Order) -> Order:
    found = await database.read(find_order, order.token)
    assert found
    return found


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


async def test_an_order_that_was_never_asked_for_is_let_go_without_asking(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    placed_at = datetime.now(UTC) - LONG_AGO
    order = an_order(book, placed_at=placed_at, due_at=placed_at + RESERVATION)
    await database.write(write_order, order)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is Payment.CANCELLED
    assert await database.read(find_free, book.isbn) == 3


async def test_what_fails_is_tried_again_after_growing_delays(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    away = StripeGateway("sk_test_x", (), f"http://127.0.0.1:{free_port()}")
    before = datetime.now(UTC)
    assert await process_if_due(database, away, POLICY, order.id)
    await away.close()
    waiting = await find(database, order)
    assert (waiting.payment, waiting.failed_attempts) == (Payment.OPEN, 1)
    assert waiting.due_at
    assert waiting.due_at > before
    assert await database.read(find_free, book.isbn) == 2


def test_delays_grow_to_a_bound() -> None:
    delays = [retry_delay(failed_attempts) for failed_attempts in range(30)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (timedelta(seconds=10), timedelta(hours=1))


async def test_an_event_that_was_kept_before_a_crash_is_acted_on_after_it(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await account.pay(order.intent_id)
    event = Event("evt_1", "payment_intent.succeeded", order.intent_id, order.id, is_live=False)
    assert await record_event(database, event) == order.id
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is Payment.PAID


SALE = ("payment_intent.created", "charge.succeeded", "payment_intent.succeeded")


async def test_every_permutation_of_a_sales_events_with_none_to_two_copies_of_each_sells_once(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    """Copies come as Stripe sends them: the same event again, or another event for the same fact."""
    cases = [
        [kind for kind in kinds for _ in range(copies[kind])]
        for kinds in permutations(SALE)
        for counts in product(range(3), repeat=len(SALE))
        if (copies := dict(zip(SALE, counts, strict=True)))
    ]
    book = await database.write(store_book, a_book(stock=len(cases)))
    orders = [await place(database, gateway, book) for _ in cases]
    await sweep(database, gateway, POLICY)
    for order, kinds in zip(orders, cases, strict=True):
        await account.pay(order.intent_id)
        for number, kind in enumerate(kinds):
            ident = f"evt_{order.id}_{kind}_{number % 2}"
            event = Event(ident, kind, order.intent_id, order.id, is_live=False)
            if order_id := await record_event(database, event):
                await process_if_due(database, gateway, POLICY, order_id)
    await sweep(database, gateway, POLICY)
    for order, kinds in zip(orders, cases, strict=True):
        assert (await find(database, order)).payment is Payment.PAID, kinds
        assert await database.read(count_movements, order, "sold") == 1, kinds
    assert await database.read(find_free, book.isbn) == 0


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
                await account.pay(order.intent_id)
            ident = f"evt_{order.id}_{kind}"
            event = Event(ident, f"payment_intent.{kind}", order.intent_id, order.id, is_live=False)
            if order_id := await record_event(database, event):
                await process_if_due(database, gateway, POLICY, order_id)
        assert await database.read(count_movements, order, "sold") == 1, (order_of_kinds, paid_before)


async def test_an_order_on_which_cards_are_tried_out_is_closed(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    for n in range(POLICY.max_failures):
        assert (await find(database, order)).payment is Payment.OPEN, n
        await account.pay(order.intent_id, "pm_card_visa_chargeDeclined")
        await sweep(database, gateway, POLICY)
    closed = await find(database, order)
    assert (closed.payment, closed.failure) == (Payment.CANCELLED, TOO_MANY_FAILURES)
    assert (await account.read(order.intent_id))["status"] == "canceled"
    assert await database.read(find_free, book.isbn) == 3


async def pay(database: Database, gateway: StripeGateway, account: Account, book: Book, method: str) -> Order:
    """An order that was paid like this, as the sweeper finds it."""
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.intent_id, method)
    await sweep(database, gateway, POLICY)
    paid = await find(database, order)
    assert paid.payment is Payment.PAID
    return paid


async def test_a_dispute_that_is_told_with_the_payment_marks_the_order(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    paid = await pay(database, gateway, account, book, "pm_card_createDispute")
    assert (paid.dispute, paid.due_at) == ("needs_response", None)


async def test_a_refund_made_in_stripes_dashboard_is_noticed(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    paid = await pay(database, gateway, account, book, "pm_card_visa")
    assert paid.charge
    await account.ask("POST", "/v1/refunds", {"charge": paid.charge.id, "amount": "100"})
    await sweep(database, gateway, POLICY)
    refunds = await database.read(list_refunds, paid.id)
    assert [refund.amount for refund in refunds] == [sgd(100)]
    assert (await find(database, paid)).due_at is None


async def test_an_order_whose_payment_stripe_does_not_know_is_asked_for_ever_more_seldom(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    placed_at = datetime.now(UTC) - LONG_AGO
    order = an_order(
        book, placed_at=placed_at, due_at=placed_at + RESERVATION, intent_id="pi_of_another_account"
    )
    await database.write(write_order, order)
    assert await process_if_due(database, gateway, POLICY, order.id)
    waiting = await find(database, order)
    assert (waiting.payment, waiting.failed_attempts) == (Payment.OPEN, 1)
    assert await database.read(find_free, book.isbn) == 2


async def test_an_order_of_a_test_account_that_was_emptied_gives_its_books_back(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    placed_at = datetime.now(UTC) - LONG_AGO
    order = an_order(
        book, placed_at=placed_at, due_at=placed_at + RESERVATION, intent_id="pi_of_an_emptied_account"
    )
    await database.write(write_order, order)
    await process_if_due(database, gateway, replace(POLICY, is_live=False), order.id)
    assert (await find(database, order)).payment is Payment.CANCELLED
    assert await database.read(find_free, book.isbn) == 3


async def test_an_order_that_is_looked_at_early_keeps_its_time(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    event = Event("evt_early", "payment_intent.payment_failed", order.intent_id, order.id, is_live=False)
    assert await process_if_due(database, gateway, POLICY, await record_event(database, event))
    kept = await find(database, order)
    assert (kept.payment, kept.due_at) == (Payment.OPEN, order.placed_at + RESERVATION)
    assert (await account.read(order.intent_id))["status"] == "requires_payment_method"
