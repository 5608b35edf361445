"""No event is forgotten, whatever comes in between, and whatever crashes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import Connection, func, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.orders.audit.payment_rules import find_forgotten_events
from bookshop.orders.due_store import claim_due
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import FIRST_ATTEMPT, PaymentAttempt, PaymentMethod
from bookshop.orders.store import add_order
from bookshop.payments.event_store import list_strays
from bookshop.payments.gateway import Event, Intent
from bookshop.payments.process_due_order import process_if_due
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.record_event import find_orders_of_strays, record_event
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import process_due_orders
from bookshop.schema import orders, stripe_events
from tests.builders import a_book, an_order, payment_update, sgd, store_book
from tests.payments.stored_orders import POLICY, find

LATER = timedelta(hours=2)
CARD = replace(FIRST_ATTEMPT, intent_id="pi_1")
HOSTED = PaymentAttempt(method=PaymentMethod.HOSTED, session_id="cs_1")
STEPS = ("pay event", "refund event", "poll", "process", "crash")


class Stripe(StripeGateway):
    """A payment that was refunded and disputed; `during_read` runs at the first request."""

    def __init__(self, order: Order) -> None:
        super().__init__("sk_test_x", (), "http://127.0.0.1:1")
        self.order = order
        self.reads = self.after_payment_reads = 0
        self.during_read: Callable[[], Awaitable[object]] | None = None

    async def read_payment(self, payment_id: str) -> Intent:
        self.reads += 1
        await self._interrupt()
        return Intent(replace(payment_update(self.order), intent_id=f"pi_{self.order.id}"), "")

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        self.after_payment_reads += 1
        await self._interrupt()
        return [RefundUpdate(f"re_{self.order.id}", RefundStatus.SUCCEEDED, sgd(100), "", datetime.now(UTC))]

    async def find_dispute(self, charge_id: str) -> str:
        return "needs_response"

    async def find_fraud_warning(self, charge_id: str) -> str:
        return ""

    async def _interrupt(self) -> None:
        if interruption := self.during_read:
            self.during_read = None
            await interruption()


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=400))


async def place(database: Database, book: Book, attempt: PaymentAttempt) -> Order:
    def write(db: Connection) -> Order:
        now = datetime.now(UTC)
        order = an_order(book, placed_at=now, due_at=now + LATER)
        intent_id = attempt.intent_id and f"pi_{order.id}"
        session_id = attempt.session_id and f"cs_{order.id}"
        order = replace(order, attempt=replace(attempt, intent_id=intent_id, session_id=session_id))
        add_order(db, order)
        reserve_stock(db, order.quantities, order.id)
        return order

    return await database.write(write)


async def take_step(step: str, database: Database, stripe: Stripe, names_order: bool) -> None:
    order, intent_id = stripe.order, f"pi_{stripe.order.id}"
    match step:
        case "pay event":
            event = Event(
                f"evt_pay_{order.id}", "payment_intent.succeeded", intent_id, order.id, is_live=False
            )
            await record_event(database, event)
        case "refund event":
            # an event of a refund or a dispute made at Stripe does not name the order
            named = order.id if names_order else ""
            event = Event(f"evt_refund_{order.id}", "refund.created", intent_id, named, is_live=False)
            await record_event(database, event)
        case "poll":
            await reconcile(database, stripe, await find(database, order), NO_INTERVAL)
        case "process":
            await process_if_due(database, stripe, POLICY, order.id)
        case "crash":
            # a process claims the order and dies
            now = datetime.now(UTC)
            await database.write(claim_due, order.id, now, now + LATER)


def pass_time(db: Connection) -> None:
    """Let every lease and every delay end."""
    db.execute(orders.update().where(orders.c.due_at.is_not(None)).values(due_at=datetime.now(UTC)))


def count_unhandled(db: Connection) -> int:
    unhandled = select(func.count()).select_from(stripe_events).where(stripe_events.c.handled_at.is_(None))
    return db.execute(unhandled).scalar_one()


async def settle(database: Database, stripe: Stripe) -> None:
    """Do what sweepers do with what is stored, and nothing else."""
    for _ in range(2):
        await database.write(pass_time)
        await process_due_orders(database, stripe, POLICY)
        if await database.read(list_strays):
            await database.write(find_orders_of_strays)


async def check(database: Database, order: Order, case: object) -> None:
    found = await find(database, order)
    assert (found.payment, found.due_at, found.dispute) == (PaymentState.PAID, None, "needs_response"), case
    assert [refund.amount for refund in await database.read(list_refunds, order.id)] == [sgd(100)], case
    assert await database.read(count_unhandled) == 0, case


@pytest.mark.parametrize("names_order", [True, False])
@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
async def test_no_event_is_forgotten_in_any_sequence(
    database: Database, book: Book, attempt: PaymentAttempt, names_order: bool
) -> None:
    for steps in permutations(STEPS):
        stripe = Stripe(await place(database, book, attempt))
        for step in steps:
            await take_step(step, database, stripe, names_order)
            assert await database.read(find_forgotten_events) == [], steps
        await settle(database, stripe)
        await check(database, stripe.order, steps)


@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
@pytest.mark.parametrize("interruption", ["pay event", "refund event", "poll", "process", "crash"])
async def test_no_event_is_forgotten_whatever_happens_while_stripe_is_asked(
    database: Database, book: Book, attempt: PaymentAttempt, interruption: str
) -> None:
    for steps in permutations(step for step in STEPS if step != interruption):
        stripe = Stripe(await place(database, book, attempt))

        async def interrupt(stripe: Stripe = stripe) -> None:
            await take_step(interruption, database, stripe, names_order=False)

        stripe.during_read = interrupt
        for step in steps:
            await take_step(step, database, stripe, names_order=False)
        if stripe.during_read is not None:
            await interrupt()
        await settle(database, stripe)
        await check(database, stripe.order, steps)


@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
async def test_a_sale_without_refunds_reads_its_payment_alone(
    database: Database, book: Book, attempt: PaymentAttempt
) -> None:
    for steps in permutations(("pay event", "poll", "process")):
        stripe = Stripe(await place(database, book, attempt))
        for step in steps:
            await take_step(step, database, stripe, names_order=False)
        await settle(database, stripe)
        assert (await find(database, stripe.order)).due_at is None
        assert (stripe.reads, stripe.after_payment_reads) == (1, 0), steps
