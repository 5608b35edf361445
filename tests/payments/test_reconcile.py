"""A payment's update reaches its order once, whichever process applies it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available, reserve_stock
from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.attempt_store import set_attempt, set_payment_ids
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import AttemptState, PaymentAttempt, PaymentMethod
from bookshop.orders.store import add_order, find_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_order import cancel_never_offered, cancel_unpaid
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Intent
from bookshop.payments.reconcile import MIN_REFRESH_INTERVAL, NO_INTERVAL, reconcile, refresh_payment
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.switch_payment_method import begin_switch, cancel_superseded, switch_payment_method
from bookshop.schema import mails, stock, stock_movements
from tests.builders import SHOP_ID, a_book, an_order, payment_update, sgd, store_book, with_intent
from tests.payments.stripe_account import Account

LONG = timedelta(hours=1)


def place(db: Connection, order: Order, *books: Book) -> Order:
    for book in books:
        store_book(db, book)
    add_order(db, order)
    reserve_stock(db, order.quantities, order.id)
    return order


def count_stock(db: Connection, isbn: str) -> tuple[int, int]:
    row = db.execute(select(stock.c.on_hand, stock.c.reserved).where(stock.c.isbn == isbn)).one()
    return row.on_hand, row.reserved


def list_movements(db: Connection, isbn: str) -> list[tuple[str, int]]:
    rows = db.execute(
        select(stock_movements.c.kind, stock_movements.c.quantity)
        .where(stock_movements.c.isbn == isbn)
        .order_by(stock_movements.c.id)
    )
    return [(row.kind, row.quantity) for row in rows]


async def test_a_paid_order_sells_its_books_once_however_often_it_is_updated(database: Database) -> None:
    book = a_book(stock=3)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    for _ in range(3):
        paid = await database.write(apply_payment_update, order.id, payment_update(order))
    assert paid.payment is PaymentState.PAID
    assert paid.number == 1001
    assert await database.read(count_stock, book.isbn) == (3, 1)
    assert await database.read(list_movements, book.isbn) == [("received", 3), ("reserved", 1), ("paid", 1)]


def list_mails(db: Connection, order: Order) -> list[tuple[str, str, str]]:
    rows = db.execute(select(mails).where(mails.c.order_id == order.id).order_by(mails.c.id))
    return [(row.kind, row.occurrence, row.details) for row in rows]


async def test_the_shopper_and_the_shop_are_told_once_that_an_order_is_paid(database: Database) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    assert await database.read(list_mails, order) == []
    for _ in range(2):
        await database.write(apply_payment_update, order.id, payment_update(order))
    assert await database.read(list_mails, order) == [("confirmation", "", "{}"), ("new_order", "", "{}")]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"received": sgd(1)}, "The payment is of another amount."),
        ({"received": Money(1890, "USD")}, "The payment is in another currency."),
        ({"order_id": "another"}, "The payment names another order."),
    ],
)
async def test_the_shop_is_told_once_that_a_payment_needs_review(
    database: Database, changed: dict[str, Any], problem: str
) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    update = payment_update(order, **changed)
    for status in ("processing", "succeeded", "succeeded"):
        await database.write(apply_payment_update, order.id, replace(update, status=status))
    (mail,) = await database.read(list_mails, order)
    assert mail[:2] == ("needs_review", "payment-1")
    assert json.loads(mail[2]) == {"reason": "payment", "message": problem}


async def test_the_shop_is_told_once_that_a_cancelled_order_was_paid(database: Database) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    for status in ("canceled", "succeeded", "succeeded"):
        await database.write(apply_payment_update, order.id, payment_update(order, status))
    (mail,) = await database.read(list_mails, order)
    assert json.loads(mail[2])["message"] == "The order was paid after it had been cancelled."


async def test_paid_orders_are_numbered_without_gaps(database: Database) -> None:
    book = a_book(stock=9)
    await database.write(store_book, book)
    orders = [an_order(book, intent_id=f"pi_{n}") for n in range(4)]
    for order in orders:
        await database.write(place, order)
    bought = [orders[0], *orders[2:]]
    paid = await asyncio.gather(
        *(database.write(apply_payment_update, o.id, payment_update(o)) for o in bought)
    )
    assert sorted(o.number or 0 for o in paid) == [1001, 1002, 1003]


async def test_a_cancelled_order_gives_its_books_back_once(database: Database) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    for _ in range(2):
        cancelled = await database.write(apply_payment_update, order.id, payment_update(order, "canceled"))
    assert cancelled.payment is PaymentState.CANCELLED
    assert await database.read(count_stock, book.isbn) == (1, 0)


async def test_a_payment_of_another_amount_needs_review_and_sells_nothing(database: Database) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    wrong = await database.write(apply_payment_update, order.id, payment_update(order, received=sgd(1)))
    assert (wrong.payment, wrong.review_reason) == (PaymentState.OPEN, "amount")
    assert await database.read(count_stock, book.isbn) == (1, 1)


async def test_an_order_that_was_never_offered_is_cancelled_without_stripe(database: Database) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book), book)
    assert (await database.write(cancel_never_offered, order.id)).payment is PaymentState.CANCELLED
    assert await database.read(find_available, book.isbn) == 1


async def placed_at_stripe(database: Database, gateway: StripeGateway, stock: int = 2) -> Order:
    book = a_book(stock=stock)
    order = await database.write(place, an_order(book), book)
    intent = await gateway.create_payment(order, SHOP_ID)
    await database.write(
        set_payment_ids,
        order.id,
        with_intent(order, intent.update.intent_id).attempt,
        "requires_payment_method",
    )
    return with_intent(order, intent.update.intent_id)


async def test_reconciling_finds_a_payment(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.attempt.intent_id)
    settled, is_fresh = await reconcile(database, gateway, order)
    assert is_fresh
    assert settled.payment is PaymentState.PAID
    assert settled.charge is not None
    assert (settled.charge.brand, settled.charge.last4) == ("visa", "4242")
    assert settled.charge.id == (await account.read(order.attempt.intent_id))["latest_charge"]
    assert await database.read(find_order, order.token) == settled


async def test_many_callers_at_once_read_stripe_once(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await asyncio.gather(*(reconcile(database, gateway, order, LONG) for _ in range(20)))
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.attempt.intent_id}") == 1


async def test_a_final_order_is_not_read_from_stripe(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.attempt.intent_id)
    settled, _ = await reconcile(database, gateway, order)
    for _ in range(3):
        await reconcile(database, gateway, settled, NO_INTERVAL)
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.attempt.intent_id}") == 1


async def test_a_decline_has_stripes_message_and_the_order_stays_open(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.attempt.intent_id, "pm_card_visa_chargeDeclinedInsufficientFunds")
    settled, _ = await reconcile(database, gateway, order)
    assert settled.payment is PaymentState.OPEN
    assert settled.failure == "Your card has insufficient funds."


async def test_an_order_is_cancelled_at_stripe_first(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    assert (await cancel_unpaid(database, gateway, order)).payment is PaymentState.CANCELLED
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"
    assert await database.read(find_available, order.lines[0].isbn) == 1


async def test_an_order_that_was_paid_meanwhile_is_not_cancelled(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    await account.pay(order.attempt.intent_id)
    assert (await cancel_unpaid(database, gateway, order)).payment is PaymentState.PAID
    assert await database.read(count_stock, order.lines[0].isbn) == (1, 1)


@pytest.mark.parametrize("status", ["processing", "requires_action", "requires_payment_method"])
async def test_an_unpaid_order_keeps_its_books(database: Database, status: str) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    updated = await database.write(apply_payment_update, order.id, payment_update(order, status))
    assert updated.intent_status == status
    assert await database.read(count_stock, book.isbn) == (1, 1)


class CountingGateway(StripeGateway):
    """Counts the payments that are read, and fails."""

    reads = 0

    def __init__(self) -> None:
        super().__init__("sk_test_x", (), "http://127.0.0.1:1")

    async def read_payment(self, intent_id: str) -> Intent:
        self.reads += 1
        raise ProviderUnavailable


async def test_a_payment_is_not_read_again_within_the_interval(database: Database) -> None:
    book = a_book()
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    gateway = CountingGateway()
    just_now = replace(order, refreshed_at=datetime.now(UTC))
    assert await reconcile(database, gateway, just_now) == (just_now, False)
    assert gateway.reads == 0
    before = replace(order, refreshed_at=datetime.now(UTC) - MIN_REFRESH_INTERVAL)
    assert await reconcile(database, gateway, before) == (before, False)
    assert gateway.reads == 1


async def test_a_payment_is_not_read_while_the_process_may_not(database: Database) -> None:
    book = a_book()
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    gateway = CountingGateway()
    assert await reconcile(database, gateway, order, may_read=lambda: False) == (order, False)
    assert gateway.reads == 0


async def test_an_order_without_a_payment_is_fresh(database: Database) -> None:
    book = a_book()
    order = await database.write(place, an_order(book), book)
    gateway = CountingGateway()
    assert await reconcile(database, gateway, order, may_read=lambda: False) == (order, True)
    assert gateway.reads == 0


async def test_a_superseded_payment_is_cancelled_by_the_next_reconcile(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    superseded = await database.write(begin_switch, order, PaymentMethod.HOSTED)
    assert superseded.attempt == replace(order.attempt, state=AttemptState.SUPERSEDED)
    reconciled, is_fresh = await reconcile(database, gateway, superseded, NO_INTERVAL)
    assert is_fresh
    assert (reconciled.attempt, reconciled.payment) == (PaymentAttempt(2), PaymentState.OPEN)
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"


async def test_a_superseded_payment_that_was_used_meanwhile_pays_the_order(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.attempt.intent_id)
    paid = await switch_payment_method(database, gateway, order, PaymentMethod.HOSTED)
    assert (paid.payment, paid.attempt) == (PaymentState.PAID, order.attempt)


async def test_the_cancellation_of_a_superseded_payment_does_not_cancel_the_order(
    database: Database, gateway: StripeGateway
) -> None:
    """A poll may read the payment between its cancellation at Stripe and the end of the switch."""
    order = await placed_at_stripe(database, gateway)
    superseded = await database.write(begin_switch, order, PaymentMethod.HOSTED)
    update = await gateway.cancel_payment(order.attempt.intent_id)
    assert await database.write(apply_payment_update, order.id, update) == superseded
    switched = await cancel_superseded(database, gateway, superseded, PaymentMethod.HOSTED)
    assert (switched.payment, switched.attempt.version) == (PaymentState.OPEN, 2)
    assert switched.attempt.is_hosted


async def test_two_requests_that_switch_at_once_begin_one_attempt(
    database: Database, gateway: StripeGateway
) -> None:
    order = await placed_at_stripe(database, gateway)
    switching = (switch_payment_method(database, gateway, order, PaymentMethod.HOSTED) for _ in range(4))
    switched = await asyncio.gather(*switching)
    assert {one.attempt.version for one in switched} <= {1, 2}
    found = await database.read(find_order, order.token)
    assert found
    assert (found.attempt.version, found.attempt.method) == (2, PaymentMethod.HOSTED)


async def test_an_order_is_cancelled_after_its_superseded_payment(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    superseded = await database.write(begin_switch, order, PaymentMethod.HOSTED)
    assert (await cancel_unpaid(database, gateway, superseded)).payment is PaymentState.CANCELLED
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"
    assert await database.read(find_available, order.lines[0].isbn) == 1


@pytest.mark.parametrize("state", [AttemptState.CURRENT, AttemptState.SUPERSEDED])
async def test_an_order_whose_payment_was_offered_is_not_cancelled_without_stripe(
    database: Database, state: AttemptState
) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book, intent_id="pi_1"), book)
    await database.write(set_attempt, order.id, replace(order.attempt, state=state))
    assert (await database.write(cancel_never_offered, order.id)).payment is PaymentState.OPEN
    assert await database.read(find_available, book.isbn) == 0


async def test_a_superseded_payment_that_stripe_does_not_know_is_closed(
    database: Database, gateway: StripeGateway
) -> None:
    attempt = PaymentAttempt(state=AttemptState.SUPERSEDED, intent_id="pi_unknown")
    order = await database.write(store_order, attempt=attempt)
    assert (await cancel_superseded(database, gateway, order)).attempt == PaymentAttempt(2)


@pytest.mark.parametrize(
    "state", [{"payment": PaymentState.CANCELLED, "intent_id": "pi_unknown"}, {"intent_id": ""}]
)
async def test_only_a_payment_that_may_change_is_read(
    database: Database, gateway: StripeGateway, state: dict[str, Any]
) -> None:
    order = await database.write(store_order, **state)
    assert await refresh_payment(database, gateway, order) == order


def store_order(db: Connection, /, **state: Any) -> Order:
    order = an_order(store_book(db, a_book()), intent_id=state.pop("intent_id", ""))
    order = replace(order, **state)
    add_order(db, order)
    return order
