"""The sweeper: finds what webhooks missed, lets abandoned orders go, tries again what failed.

It runs in every process. Whoever moves an order's `due_at` on has it alone for a while, so many processes
never do one thing twice, and one that dies in between leaves the order to the next.
"""

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.due_store import claim_due, end_claim, list_due
from bookshop.orders.order import TOO_MANY_FAILURES, Order, Payment
from bookshop.orders.payment_store import set_failure
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.gateway import Event, Gateway, PaymentError, UnknownPayment
from bookshop.payments.reconcile import apply_payment_update, cancel_unpaid, refresh_payment
from bookshop.payments.refund_order import AFTER_PAYMENT_EVENTS, refresh_refunds
from bookshop.payments.store import add_event, claim_listing, count_failures, has_event, set_listed

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 50
# Stripe's list may lag a little behind its events
OVERLAP = timedelta(minutes=2)
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(hours=1)
# what an open order's payment may have become; other events change nothing that is asked for here
PAYMENT_EVENTS = frozenset(
    f"payment_intent.{what}"
    for what in ("succeeded", "payment_failed", "processing", "requires_action", "canceled")
) | {"checkout.session.completed", "checkout.session.expired"}


@dataclass(frozen=True, slots=True)
class SweepPolicy:
    """How long an order may wait to be paid, how often paying it may fail, and whether money is at stake."""

    reservation: timedelta
    max_failures: int
    is_live: bool


async def run_sweeper(database: Database, gateway: Gateway, policy: SweepPolicy, interval: float) -> None:
    """Sweep now and again until cancelled; a sweep that fails is followed by another."""
    while True:
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))
        try:
            # half, so that a process alone never finds its own last reading too recent
            await sweep(database, gateway, policy, timedelta(seconds=interval / 2))
        except Exception:
            log.exception("a sweep failed")


async def sweep(
    database: Database, gateway: Gateway, policy: SweepPolicy, interval: timedelta = timedelta()
) -> int:
    """Look at everything that is due; answers how many orders that were."""
    await fetch_missed_events(database, gateway, interval)
    looked = 0
    while due := await database.read(list_due, datetime.now(UTC), BATCH):
        for order_id in due:
            looked += await process_if_due(database, gateway, policy, order_id)
    return looked


async def fetch_missed_events(database: Database, gateway: Gateway, interval: timedelta) -> None:
    """Read what the provider sent since the last time, and keep what never arrived."""
    now = datetime.now(UTC)
    since = await database.write(claim_listing, now, interval)
    if since is None:
        return
    try:
        events = await gateway.list_events(since - OVERLAP)
    except PaymentError:
        return
    for event in events:
        await record_event(database, event)
    await database.write(set_listed, now)


async def record_event(database: Database, event: Event) -> str:
    """Keep a message once; answers the id of the order that is to be looked at, if it is ours."""
    is_followed = event.type.startswith(AFTER_PAYMENT_EVENTS)
    if is_followed or event.type in PAYMENT_EVENTS:
        return await database.write(add_event, event, include_final=is_followed)
    return ""


async def process_if_due(database: Database, gateway: Gateway, policy: SweepPolicy, order_id: str) -> bool:
    """Look at one order, unless another process does; answers whether it was ours to refresh_payment at."""
    now = datetime.now(UTC)
    until = now + LEASE
    order = await database.write(claim_due, order_id, now, until)
    if order is None:
        return False
    try:
        when = await process_due_order(database, gateway, policy, order)
    except PaymentError:
        again = now + next_delay(order.failed_attempts)
        await database.write(end_claim, order.id, until, again, order.failed_attempts + 1)
    else:
        await database.write(end_claim, order.id, until, when, 0)
    return True


async def process_due_order(
    database: Database, gateway: Gateway, policy: SweepPolicy, order: Order
) -> datetime | None:
    """Do what an order needs now; answers when to process it next, if ever."""
    was_paid = order.payment is Payment.PAID
    if not was_paid:
        order = await expire_or_refresh(database, gateway, policy, order)
    # a dispute or a refund may have been told in the same breath as the payment
    if was_paid or (
        order.payment is Payment.PAID and await database.read(has_event, order, AFTER_PAYMENT_EVENTS)
    ):
        refunds = await refresh_refunds(database, gateway, order)
        return datetime.now(UTC) + LEASE if any(refund.is_open for refund in refunds) else None
    if order.is_final or order.review_reason:
        return None
    if order.payment is Payment.PROCESSING:
        return datetime.now(UTC) + LEASE
    return max(order.placed_at + policy.reservation, datetime.now(UTC) + SHORTEST)


async def expire_or_refresh(database: Database, gateway: Gateway, policy: SweepPolicy, order: Order) -> Order:
    """Let an abandoned order go, close one on which cards are tried out, or refresh its payment."""
    if order.payment is not Payment.OPEN:
        return await refresh_payment(database, gateway, order)
    if datetime.now(UTC) >= order.placed_at + policy.reservation:
        try:
            return await cancel_unpaid(database, gateway, order)
        except UnknownPayment:
            # with live keys somebody must find out why; a test account was only emptied
            if policy.is_live:
                raise
            return await database.write(apply_payment_update, order.id, cancelled(order))
    if order.intent_id and await database.read(count_failures, order.intent_id) >= policy.max_failures:
        closed = await cancel_unpaid(database, gateway, order)
        return await database.write(set_failure, closed, TOO_MANY_FAILURES)
    return await refresh_payment(database, gateway, order)


def cancelled(order: Order) -> PaymentUpdate:
    """What the provider would say of a payment that can never be made."""
    nothing = Money(0, order.total.currency)
    return PaymentUpdate(order.intent_id, "canceled", order.total, nothing, order.id)


def next_delay(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: twice as long each time, up to an hour."""
    doubled: timedelta = SHORTEST * 2 ** min(tries, 10)
    return min(doubled, LONGEST)
