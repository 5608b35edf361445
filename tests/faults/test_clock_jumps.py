"""The clock is set back or forward, and every payment is still found."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.orders.due_store import claim_due, list_due_orders, set_due
from bookshop.orders.hourly_limit import AttemptKind, allow_attempt
from bookshop.orders.order import PaymentState
from bookshop.payments.process_due_order import LEASE
from bookshop.payments.reconcile import reconcile
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from tests.builders import a_book, store_book
from tests.faults.wrong_clock import Clock, replace_clock
from tests.payments.stored_orders import POLICY, find, place
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.shopper import Shopper

HOUR = timedelta(hours=1)
JUMPS = [timedelta(days=-3), -HOUR, timedelta(minutes=-5), timedelta(seconds=-3), HOUR, timedelta(days=3)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return replace_clock(monkeypatch)


@pytest.fixture
def simulator(own_simulator: Process) -> Process:
    return own_simulator


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=99))


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_receipt_reads_stripe_after_any_jump(
    database: Database, gateway: StripeGateway, account: Account, book: Book, clock: Clock, jump: timedelta
) -> None:
    order = await place(database, gateway, book)
    await reconcile(database, gateway, await find(database, order))
    await account.pay(order.attempt.intent_id)
    clock.error = jump
    order, is_fresh = await reconcile(database, gateway, await find(database, order))
    assert is_fresh
    assert order.payment is PaymentState.PAID


@pytest.mark.parametrize("jump", JUMPS)
async def test_an_order_whose_process_died_is_found_after_any_jump(
    database: Database, gateway: StripeGateway, account: Account, book: Book, clock: Clock, jump: timedelta
) -> None:
    order = await place(database, gateway, book)
    await sweep(database, gateway, POLICY)
    await account.pay(order.attempt.intent_id)
    now = datetime.now(UTC)
    await database.write(set_due, order.id, now)
    # its process dies, and no event makes it due again
    assert await database.write(claim_due, order.id, now, now + LEASE)
    # a moment after the lease, and less than a minute's jump is only waited for
    clock.error = jump + (LEASE if jump > timedelta(minutes=-1) else timedelta())
    await sweep(database, gateway, POLICY)
    if jump > timedelta(minutes=-1):
        clock.error += timedelta(seconds=30)
        await sweep(database, gateway, POLICY)
    assert (await find(database, order)).payment is PaymentState.PAID


@pytest.mark.parametrize("seed", range(2))
async def test_payments_are_found_whatever_the_clock_does(
    database: Database, gateway: StripeGateway, account: Account, book: Book, clock: Clock, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        clock.error = timedelta(minutes=chance.randint(-3000, 3000))
        await sweep(database, gateway, POLICY)
        order = await place(database, gateway, book)
        clock.error += timedelta(minutes=chance.randint(-300, 5))
        await account.pay(order.attempt.intent_id)
        # however late it is found, it is found before the longest reservation ends
        for _ in range(3):
            await sweep(database, gateway, POLICY)
            clock.error += timedelta(minutes=16)
        assert (await find(database, order)).payment is PaymentState.PAID
    assert await database.read(list_due_orders, datetime.now(UTC) + clock.error, 9) == []


@pytest.mark.parametrize("jump", JUMPS)
async def test_no_shopper_is_locked_out_for_longer_than_an_hour(
    database: Database, clock: Clock, jump: timedelta
) -> None:
    for _ in range(3):
        assert await database.write(allow_attempt, AttemptKind.ORDER, ["ada"], 3)
    assert not await database.write(allow_attempt, AttemptKind.ORDER, ["ada"], 3)
    # a jump of some minutes only delays the end of the hour by as much
    clock.error = HOUR if abs(jump) < HOUR else jump
    assert await database.write(allow_attempt, AttemptKind.ORDER, ["ada"], 3)


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_basket_outlives_any_jump(
    shop: Shop, shopper: Shopper, book: Book, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    await shopper.put_in_basket(book.isbn)
    moment = time.time() + jump.total_seconds()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: moment)
    assert book.title in await shopper.read("/basket")
