"""Process an order that is due: refresh its payment, or cancel it when it was abandoned."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.due_store import claim_due, end_claim
from bookshop.orders.order import TOO_MANY_FAILURES, Order, Payment
from bookshop.orders.payment_store import set_failure
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_order import cancel_unpaid
from bookshop.payments.errors import PaymentError, UnknownPayment
from bookshop.payments.event_store import count_failures, has_event
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import refresh_payment
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS, refresh_refunds

# a process that claims an order has it to itself for so long; a crashed one leaves it to the next
LEASE = timedelta(minutes=2)
MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=10), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DuePolicy:
    """When an unpaid order is cancelled: after which time, and after how many failed payments.

    `is_live` is whether Stripe's keys are live, so that real money is at stake.
    """

    reservation: timedelta
    max_failures: int
    is_live: bool


async def process_if_due(database: Database, gateway: Gateway, policy: DuePolicy, order_id: str) -> bool:
    """Process one order, unless it is not due or another process has claimed it."""
    now = datetime.now(UTC)
    until = now + LEASE
    order = await database.write(claim_due, order_id, now, until)
    if order is None:
        return False
    try:
        next_due_at = await process_due_order(database, gateway, policy, order)
    except PaymentError:
        retry_at = now + retry_delay(order.failed_attempts)
        await database.write(end_claim, order.id, until, retry_at, order.failed_attempts + 1)
    else:
        await database.write(end_claim, order.id, until, next_due_at, 0)
    return True


async def process_due_order(
    database: Database, gateway: Gateway, policy: DuePolicy, order: Order
) -> datetime | None:
    """Process an order and return when it is due next; None when nothing is left to do."""
    was_paid = order.payment is Payment.PAID
    if not was_paid:
        order = await expire_or_refresh(database, gateway, policy, order)
    # the event of a dispute or a refund may have come together with that of the payment
    is_paid = order.payment is Payment.PAID
    if was_paid or (is_paid and await database.read(has_event, order, AFTER_PAYMENT_EVENTS)):
        refunds = await refresh_refunds(database, gateway, order)
        return datetime.now(UTC) + LEASE if any(refund.is_open for refund in refunds) else None
    return next_due(order, policy)


def next_due(order: Order, policy: DuePolicy) -> datetime | None:
    """Return when an order with no open refund is due next; None when nothing is left to do."""
    if order.is_final or order.review_reason:
        return None
    if order.payment is Payment.PROCESSING:
        return datetime.now(UTC) + LEASE
    return max(order.placed_at + policy.reservation, datetime.now(UTC) + MIN_RETRY_DELAY)


async def expire_or_refresh(database: Database, gateway: Gateway, policy: DuePolicy, order: Order) -> Order:
    """Cancel an order that was abandoned or on which cards are tried out; refresh any other."""
    if order.payment is not Payment.OPEN:
        return await refresh_payment(database, gateway, order)
    if datetime.now(UTC) >= order.placed_at + policy.reservation:
        return await expire(database, gateway, policy, order)
    if order.intent_id and await database.read(count_failures, order.intent_id) >= policy.max_failures:
        cancelled = await cancel_unpaid(database, gateway, order)
        return await database.write(set_failure, cancelled, TOO_MANY_FAILURES)
    return await refresh_payment(database, gateway, order)


async def expire(database: Database, gateway: Gateway, policy: DuePolicy, order: Order) -> Order:
    """Cancel an abandoned order; with test keys, also one whose payment Stripe does not know."""
    try:
        return await cancel_unpaid(database, gateway, order)
    except UnknownPayment:
        # with live keys a person must find out why; a test account was only emptied
        if policy.is_live:
            raise
        return await database.write(apply_payment_update, order.id, cancellation_of(order))


def cancellation_of(order: Order) -> PaymentUpdate:
    """Return the update of a payment that can never be made."""
    nothing = Money(0, order.total.currency)
    return PaymentUpdate(order.intent_id, "canceled", order.total, nothing, order.id)


def retry_delay(failed_attempts: int) -> timedelta:
    """Return the delay after so many failed attempts: twice as long each time, up to an hour."""
    doubled: timedelta = MIN_RETRY_DELAY * 2 ** min(failed_attempts, 10)
    return min(doubled, MAX_RETRY_DELAY)
