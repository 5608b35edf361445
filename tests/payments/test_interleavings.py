"""No event is forgotten, whatever comes in between, and whatever crashes."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any, cast

import pytest
from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.orders.audit.payment_rules import find_forgotten_events
from bookshop.orders.due_store import claim_due, set_due
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import FIRST_ATTEMPT, PaymentAttempt, PaymentMethod
from bookshop.orders.store import add_order, find_order_by_id
from bookshop.payments.charge_history import Concern
from bookshop.payments.errors import ProviderUnavailable
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
from tests.builders import A_CHARGE, a_book, an_order, payment_update, sgd, store_book
from tests.payments.stored_orders import POLICY, find

LATER = timedelta(hours=2)
CARD = replace(FIRST_ATTEMPT, intent_id="pi_1")
HOSTED = PaymentAttempt(method=PaymentMethod.HOSTED, session_id="cs_1")
# of one process and one order, and more
MAX_TRANSACTIONS = 12
STEPS = ("pay event", "refund event", "poll", "process", "crash")


class Stripe(StripeGateway):
    """Refunded and disputed payments; an interruption runs at its order's first request."""

    def __init__(self, orders: Collection[Order]) -> None:
        super().__init__("sk_test_x", (), "http://127.0.0.1:1")
        self._orders = {order.attempt.payment_id: order for order in orders}
        self.reads, self.after_payment_reads = Counter[str](), Counter[str]()
        self.interruptions: dict[str, Callable[[], Awaitable[object]]] = {}

    async def read_payment(self, payment_id: str) -> Intent:
        order = self._orders[payment_id]
        self.reads[order.id] += 1
        await self.interrupt(order.id)
        charge = replace(A_CHARGE, id=f"ch_{order.id}")
        return Intent(replace(payment_update(order), intent_id=f"pi_{order.id}", charge=charge), "")

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        order_id = charge_id.removeprefix("ch_")
        self.after_payment_reads[order_id] += 1
        await self.interrupt(order_id)
        return [RefundUpdate(f"re_{order_id}", RefundStatus.SUCCEEDED, sgd(100), "", datetime.now(UTC))]

    async def find_dispute(self, charge_id: str) -> Concern | None:
        return Concern(f"dp_{charge_id}"[:40], "needs_response")

    async def find_fraud_warning(self, charge_id: str) -> Concern | None:
        return None

    async def interrupt(self, order_id: str) -> None:
        if interruption := self.interruptions.pop(order_id, None):
            await interruption()


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book(stock=400))


def place_all(db: Connection, book: Book, attempt: PaymentAttempt, count: int) -> list[Order]:
    """Store so many orders."""
    return [place(db, book, attempt) for _ in range(count)]


def place(db: Connection, book: Book, attempt: PaymentAttempt) -> Order:
    now = datetime.now(UTC)
    order = an_order(book, placed_at=now, due_at=now + LATER)
    intent_id = attempt.intent_id and f"pi_{order.id}"
    session_id = attempt.session_id and f"cs_{order.id}"
    order = replace(order, attempt=replace(attempt, intent_id=intent_id, session_id=session_id))
    add_order(db, order)
    reserve_stock(db, order.quantities, order.id)
    return order


async def take_step(step: str, database: Database, stripe: Stripe, order: Order, names_order: bool) -> None:
    intent_id = f"pi_{order.id}"
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


async def settle(database: Database, stripe: Stripe) -> None:
    """Do what sweepers do with what is stored, and nothing else."""
    for _ in range(2):
        await database.write(pass_time)
        await process_due_orders(database, stripe, POLICY)
        if await database.read(list_strays, datetime.now(UTC)):
            await database.write(find_orders_of_strays)


def check(db: Connection, steps_of: Mapping[str, tuple[str, ...]]) -> None:
    """Check that every order knows all that has happened to its payment, and waits for nothing."""
    for order_id, steps in steps_of.items():
        found = find_order_by_id(db, order_id)
        assert found, steps
        assert found.payment is PaymentState.PAID, steps
        assert (found.due_at, found.dispute) == (None, "needs_response"), steps
        assert [refund.amount for refund in list_refunds(db, order_id)] == [sgd(100)], steps
    unhandled = select(stripe_events.c.order_id).where(stripe_events.c.handled_at.is_(None))
    assert [steps_of[order_id] for order_id in db.execute(unhandled).scalars()] == []


def check_due(db: Connection, steps_of: Mapping[str, tuple[str, ...]]) -> None:
    """Check that each order with an unhandled event will be processed."""
    assert [steps_of[violation.subject] for violation in find_forgotten_events(db)] == []


# all sequences go on side by side, each with an order of its own, and share what sweepers do
@pytest.mark.parametrize("names_order", [True, False])
@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
async def test_no_event_is_forgotten_in_any_sequence(
    database: Database, book: Book, attempt: PaymentAttempt, names_order: bool
) -> None:
    sequences = list(permutations(STEPS))
    placed = await database.write(place_all, book, attempt, len(sequences))
    stripe = Stripe(placed)
    steps_of = {order.id: steps for order, steps in zip(placed, sequences, strict=True)}
    for position in range(len(STEPS)):
        for order in placed:
            await take_step(steps_of[order.id][position], database, stripe, order, names_order)
        await database.read(check_due, steps_of)
    await settle(database, stripe)
    await database.read(check, steps_of)


@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
@pytest.mark.parametrize("interruption", ["pay event", "refund event", "poll", "process", "crash"])
async def test_no_event_is_forgotten_whatever_happens_while_stripe_is_asked(
    database: Database, book: Book, attempt: PaymentAttempt, interruption: str
) -> None:
    sequences = list(permutations(step for step in STEPS if step != interruption))
    placed = await database.write(place_all, book, attempt, len(sequences))
    stripe = Stripe(placed)
    for order, steps in zip(placed, sequences, strict=True):
        stripe.interruptions[order.id] = partial(take_step, interruption, database, stripe, order, False)
        for step in steps:
            await take_step(step, database, stripe, order, names_order=False)
        await stripe.interrupt(order.id)
    await settle(database, stripe)
    await database.read(check, dict(zip((order.id for order in placed), sequences, strict=True)))


class InterruptedDatabase:
    """Lets something happen before the transaction at a position."""

    def __init__(
        self, database: Database, position: int, interruption: Callable[[], Awaitable[object]]
    ) -> None:
        self._database = database
        self._left = position
        self._interruption = interruption

    async def read(self, work: Callable[..., Any], *args: Any) -> Any:
        await self._count()
        return await self._database.read(work, *args)

    async def write(self, work: Callable[..., Any], *args: Any) -> Any:
        await self._count()
        return await self._database.write(work, *args)

    async def _count(self) -> None:
        self._left -= 1
        if self._left == -1:
            await self._interruption()


async def refund_by_a_clock_behind(database: Database, stripe: Stripe, order: Order) -> None:
    """Record the event by a process whose clock is behind, so that the order is due at once."""
    await take_step("refund event", database, stripe, order, names_order=True)
    await database.write(set_due, order.id, datetime.now(UTC) - timedelta(seconds=5))


@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
async def test_no_event_is_forgotten_that_comes_between_two_transactions(
    database: Database, book: Book, attempt: PaymentAttempt
) -> None:
    placed = await database.write(place_all, book, attempt, MAX_TRANSACTIONS)
    stripe = Stripe(placed)
    steps_of = {order.id: ("refund event before", str(n)) for n, order in enumerate(placed)}
    for position, order in enumerate(placed):
        await take_step("pay event", database, stripe, order, names_order=True)
        refund = partial(take_step, "refund event", database, stripe, order, True)
        refund_there = partial(refund_by_a_clock_behind, database, stripe, order)
        interrupted = cast(Database, InterruptedDatabase(database, position, refund_there))
        await process_if_due(interrupted, stripe, POLICY, order.id)
        await refund()
        await database.read(check_due, steps_of)
    await settle(database, stripe)
    await database.read(check, steps_of)


async def fail() -> None:
    raise ProviderUnavailable


@pytest.mark.parametrize("failing", ["payment", "refunds"])
async def test_no_event_is_forgotten_when_stripe_does_not_respond(
    database: Database, book: Book, failing: str
) -> None:
    order = await database.write(place, book, CARD)
    stripe = Stripe([order])
    await take_step("pay event", database, stripe, order, names_order=True)
    if failing == "refunds":
        await take_step("process", database, stripe, order, names_order=True)
    await take_step("refund event", database, stripe, order, names_order=True)
    stripe.interruptions[order.id] = fail
    await take_step("process", database, stripe, order, names_order=True)
    assert not stripe.interruptions
    await settle(database, stripe)
    await database.read(check, {order.id: (failing,)})


@pytest.mark.parametrize("attempt", [CARD, HOSTED], ids=["card form", "hosted page"])
async def test_a_sale_without_refunds_reads_its_payment_alone(
    database: Database, book: Book, attempt: PaymentAttempt
) -> None:
    for steps in permutations(("pay event", "poll", "process")):
        order = await database.write(place, book, attempt)
        stripe = Stripe([order])
        for step in steps:
            await take_step(step, database, stripe, order, names_order=False)
        await settle(database, stripe)
        assert (await find(database, order)).due_at is None
        assert (stripe.reads.total(), stripe.after_payment_reads.total()) == (1, 0), steps
