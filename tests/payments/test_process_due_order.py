"""An order that is due is refreshed, expired or tried again later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.order import CancelReason, PaymentState
from bookshop.orders.reservation import TIME_TO_BEGIN
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.gateway import Event
from bookshop.payments.process_due_order import next_due, process_if_due, retry_delay
from bookshop.payments.record_event import record_event
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from tests.builders import a_book, an_order, payment_update, sgd, store_book
from tests.payments.stored_orders import LONG_AGO, POLICY, RESERVATION, find, place, store
from tests.payments.stripe_account import Account
from tests.processes import free_port


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=3))


async def test_an_order_without_a_payment_is_cancelled_without_stripe(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await store(database, book, LONG_AGO)
    await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.CANCELLED
    assert await database.read(find_available, book.isbn) == 3


async def test_what_fails_is_tried_again_after_growing_delays(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    away = StripeGateway("sk_test_x", (), f"http://127.0.0.1:{free_port()}")
    before = datetime.now(UTC)
    assert await process_if_due(database, away, POLICY, order.id)
    await away.close()
    waiting = await find(database, order)
    assert (waiting.payment, waiting.failed_attempts) == (PaymentState.OPEN, 1)
    assert waiting.due_at
    assert waiting.due_at > before
    assert await database.read(find_available, book.isbn) == 2


def test_delays_grow_to_a_bound() -> None:
    delays = [retry_delay(failed_attempts) for failed_attempts in range(30)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (timedelta(seconds=10), timedelta(hours=1))


async def test_an_order_on_which_cards_are_tested_is_cancelled(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    for n in range(POLICY.max_failures):
        assert (await find(database, order)).payment is PaymentState.OPEN, n
        await account.pay(order.attempt.intent_id, "pm_card_visa_chargeDeclined")
        await sweep(database, gateway, POLICY)
    closed = await find(database, order)
    assert (closed.payment, closed.cancel_reason) == (PaymentState.CANCELLED, CancelReason.TOO_MANY_FAILURES)
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"
    assert await database.read(find_available, book.isbn) == 3


async def test_an_order_whose_payment_stripe_does_not_know_is_tried_ever_more_seldom(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await store(database, book, LONG_AGO, intent_id="pi_of_another_account")
    assert await process_if_due(database, gateway, POLICY, order.id)
    waiting = await find(database, order)
    assert (waiting.payment, waiting.failed_attempts) == (PaymentState.OPEN, 1)
    assert await database.read(find_available, book.isbn) == 2


async def test_an_order_of_a_test_account_that_was_emptied_gives_its_books_back(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await store(database, book, LONG_AGO, intent_id="pi_of_an_emptied_account")
    await process_if_due(database, gateway, replace(POLICY, is_live=False), order.id)
    assert (await find(database, order)).payment is PaymentState.CANCELLED
    assert await database.read(find_available, book.isbn) == 3


async def test_an_order_that_is_processed_early_keeps_its_reservation(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    event = Event(
        "evt_early", "payment_intent.payment_failed", order.attempt.intent_id, order.id, is_live=False
    )
    assert await process_if_due(database, gateway, POLICY, await record_event(database, event))
    kept = await find(database, order)
    assert (kept.payment, kept.due_at) == (PaymentState.OPEN, order.placed_at + TIME_TO_BEGIN)
    assert (await account.read(order.attempt.intent_id))["status"] == "requires_payment_method"


@pytest.mark.parametrize(("method", "is_kept"), [("pm_card_visa_chargeDeclined", True), ("", False)])
async def test_an_attempt_to_pay_that_the_shop_has_not_seen_prolongs_the_reservation(
    database: Database,
    gateway: StripeGateway,
    account: Account,
    book: Book,
    method: str,
    is_kept: bool,
) -> None:
    order = await place(database, gateway, book, TIME_TO_BEGIN)
    if method:
        await account.pay(order.attempt.intent_id, method)
    await database.write(set_due, order.id, datetime.now(UTC))
    assert await process_if_due(database, gateway, POLICY, order.id)
    found = await find(database, order)
    if is_kept:
        assert (found.payment, found.due_at) == (PaymentState.OPEN, order.placed_at + RESERVATION)
    else:
        assert (found.payment, found.cancel_reason) == (PaymentState.CANCELLED, CancelReason.EXPIRED)


async def test_a_payment_that_needs_review_is_never_due_again(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book)
    wrong = await database.write(apply_payment_update, order.id, payment_update(order, received=sgd(1)))
    assert wrong.review_reason == "amount"
    event = Event("evt_review", "payment_intent.processing", order.attempt.intent_id, order.id, is_live=False)
    assert await process_if_due(database, gateway, POLICY, await record_event(database, event))
    checked = await find(database, order)
    assert (checked.review_reason, checked.due_at) == ("amount", None)
    assert await database.read(find_available, book.isbn) == 2


@pytest.mark.parametrize(
    "changed",
    [{"review_reason": "amount"}, {"payment": PaymentState.PAID}, {"payment": PaymentState.CANCELLED}],
    ids=str,
)
def test_an_order_that_waits_for_nothing_is_not_due(changed: dict[str, Any]) -> None:
    assert next_due(an_order(**changed), POLICY) is None


def test_an_order_is_due_when_its_reservation_ends_or_else_soon() -> None:
    now = datetime.now(UTC)
    assert next_due(an_order(placed_at=now), POLICY) == now + TIME_TO_BEGIN
    assert next_due(an_order(placed_at=now, payment_began_at=now), POLICY) == now + RESERVATION
    soon = next_due(an_order(placed_at=now - 2 * RESERVATION), POLICY)
    assert soon
    assert timedelta(seconds=9) < soon - now < timedelta(minutes=1)


def test_a_payment_that_is_processing_is_read_again_every_two_minutes() -> None:
    now = datetime.now(UTC)
    due_at = next_due(an_order(placed_at=now, payment=PaymentState.PROCESSING), POLICY)
    assert due_at
    assert timedelta(minutes=1, seconds=59) < due_at - now < timedelta(minutes=3)


async def test_a_processing_payment_that_succeeds_is_found_when_it_is_due(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    await database.write(apply_payment_update, order.id, payment_update(order, "processing"))
    await account.pay(order.attempt.intent_id)
    assert await process_if_due(database, gateway, POLICY, order.id)
    paid = await find(database, order)
    assert (paid.payment, paid.due_at) == (PaymentState.PAID, None)


async def test_an_order_is_cancelled_after_so_many_failed_payments_and_not_before(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    order = await place(database, gateway, book)
    for number in range(POLICY.max_failures):
        assert (await find(database, order)).payment is PaymentState.OPEN
        event = Event(
            f"evt_{number}", "payment_intent.payment_failed", order.attempt.intent_id, order.id, is_live=False
        )
        await process_if_due(database, gateway, POLICY, await record_event(database, event))
    cancelled = await find(database, order)
    assert (cancelled.payment, cancelled.cancel_reason) == (
        PaymentState.CANCELLED,
        CancelReason.TOO_MANY_FAILURES,
    )


async def test_a_processing_payment_is_never_cancelled(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    order = await place(database, gateway, book, LONG_AGO)
    await account.pay(order.attempt.intent_id, "pm_card_processing")
    await database.write(apply_payment_update, order.id, payment_update(order, "processing"))
    assert await process_if_due(database, gateway, POLICY, order.id)
    assert await account.count_calls("POST", f"/v1/payment_intents/{order.attempt.intent_id}/cancel") == 0
