"""A payment's update reaches its order once, whichever process applies it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available, reserve_stock
from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_store import set_intent
from bookshop.orders.store import add_order, find_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_order import cancel_never_offered, cancel_unpaid
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Intent
from bookshop.payments.reconcile import MIN_REFRESH_INTERVAL, NO_INTERVAL, reconcile, refresh_payment
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.switch_payment_method import begin_switch, cancel_old_method, switch_payment_method
from bookshop.schema import stock, stock_movements
from tests.builders import a_book, an_order, payment_update, sgd, store_book
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
    assert await database.read(count_stock, book.isbn) == (2, 0)
    assert await database.read(list_movements, book.isbn) == [("received", 3), ("reserved", 1), ("sold", 1)]


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
    intent = await gateway.create_payment(order)
    await database.write(set_intent, order, intent.update.intent_id, intent.update.status)
    return replace(order, intent_id=intent.update.intent_id)


async def test_reconciling_finds_a_payment(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.intent_id)
    settled, is_fresh = await reconcile(database, gateway, order)
    assert is_fresh
    assert settled.payment is PaymentState.PAID
    assert settled.charge is not None
    assert (settled.charge.brand, settled.charge.last4) == ("visa", "4242")
    assert settled.charge.id == (await account.read(order.intent_id))["latest_charge"]
    assert await database.read(find_order, order.token) == settled


async def test_many_callers_at_once_read_stripe_once(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await asyncio.gather(*(reconcile(database, gateway, order, LONG) for _ in range(20)))
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.intent_id}") == 1


async def test_a_final_order_is_not_read_from_stripe(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.intent_id)
    settled, _ = await reconcile(database, gateway, order)
    for _ in range(3):
        await reconcile(database, gateway, settled, NO_INTERVAL)
    assert await account.count_calls("GET", f"/v1/payment_intents/{order.intent_id}") == 1


async def test_a_decline_has_stripes_message_and_the_order_stays_open(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.intent_id, "pm_card_visa_chargeDeclinedInsufficientFunds")
    settled, _ = await reconcile(database, gateway, order)
    assert settled.payment is PaymentState.OPEN
    assert settled.failure == "Your card has insufficient funds."


async def test_an_order_is_cancelled_at_stripe_first(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    assert (await cancel_unpaid(database, gateway, order)).payment is PaymentState.CANCELLED
    assert (await account.read(order.intent_id))["status"] == "canceled"
    assert await database.read(find_available, order.lines[0].isbn) == 1


async def test_an_order_that_was_paid_meanwhile_is_not_cancelled(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    await account.pay(order.intent_id)
    assert (await cancel_unpaid(database, gateway, order)).payment is PaymentState.PAID
    assert await database.read(count_stock, order.lines[0].isbn) == (0, 0)


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
    superseded = await database.write(begin_switch, order)
    assert (superseded.intent_id, superseded.superseded_intent_id) == ("", order.intent_id)
    reconciled, is_fresh = await reconcile(database, gateway, superseded, NO_INTERVAL)
    assert is_fresh
    assert (reconciled.superseded_intent_id, reconciled.payment) == ("", PaymentState.OPEN)
    assert (await account.read(order.intent_id))["status"] == "canceled"


async def test_a_superseded_payment_that_was_used_meanwhile_pays_the_order(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway)
    await account.pay(order.intent_id)
    paid = await switch_payment_method(database, gateway, order)
    assert (paid.payment, paid.intent_id, paid.superseded_intent_id) == (
        PaymentState.PAID,
        order.intent_id,
        "",
    )


async def test_an_order_is_cancelled_after_its_superseded_payment(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await placed_at_stripe(database, gateway, stock=1)
    superseded = await database.write(begin_switch, order)
    cancelled = await cancel_unpaid(database, gateway, superseded)
    assert (cancelled.payment, cancelled.due_at) == (PaymentState.CANCELLED, None)
    assert (await account.read(order.intent_id))["status"] == "canceled"
    assert await database.read(find_available, order.lines[0].isbn) == 1


@pytest.mark.parametrize("changed", [{"intent_id": "pi_1"}, {"superseded_intent_id": "pi_1"}], ids=str)
async def test_an_order_whose_payment_was_offered_is_not_cancelled_without_stripe(
    database: Database, changed: dict[str, str]
) -> None:
    book = a_book(stock=1)
    order = await database.write(place, an_order(book), book)
    await database.write(set_intent, order, "pi_1", "requires_payment_method")
    if "superseded_intent_id" in changed:
        await database.write(begin_switch, replace(order, intent_id="pi_1"))
    assert (await database.write(cancel_never_offered, order.id)).payment is PaymentState.OPEN
    assert await database.read(find_available, book.isbn) == 0


async def test_a_superseded_payment_that_stripe_does_not_know_is_forgotten(
    database: Database, gateway: StripeGateway
) -> None:
    order = await database.write(store_order, superseded_intent_id="pi_unknown")
    assert (await cancel_old_method(database, gateway, order)).superseded_intent_id == ""


@pytest.mark.parametrize(
    "state", [{"payment": PaymentState.CANCELLED, "intent_id": "pi_unknown"}, {"intent_id": ""}]
)
async def test_only_a_payment_that_may_change_is_read(
    database: Database, gateway: StripeGateway, state: dict[str, Any]
) -> None:
    order = await database.write(store_order, **state)
    assert await refresh_payment(database, gateway, order) == order


def store_order(db: Connection, /, **state: Any) -> Order:
    order = an_order(store_book(db, a_book()), **state)
    add_order(db, order)
    return order
