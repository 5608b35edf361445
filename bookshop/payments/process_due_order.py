"""Process an order that is due: its payment, its expiry, or its refunds."""

from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.orders.due_store import claim_due, end_claim
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.reservation import reservation_end
from bookshop.payments.errors import PaymentError
from bookshop.payments.event_store import has_event
from bookshop.payments.expire_order import ExpiryPolicy, expire_or_refresh
from bookshop.payments.gateway import Gateway
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS, refresh_refunds

# a process that claims an order has it to itself for so long; a crashed one leaves it to the next
LEASE = timedelta(minutes=2)
MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=10), timedelta(hours=1)


async def process_if_due(database: Database, gateway: Gateway, policy: ExpiryPolicy, order_id: str) -> bool:
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
    database: Database, gateway: Gateway, policy: ExpiryPolicy, order: Order
) -> datetime | None:
    """Process an order and return when it is due next; None when nothing is left to do."""
    was_paid = order.payment is PaymentState.PAID
    if not was_paid:
        order = await expire_or_refresh(database, gateway, policy, order)
    # the event of a dispute or a refund may have come together with that of the payment
    is_paid = order.payment is PaymentState.PAID
    if was_paid or (is_paid and await database.read(has_event, order, AFTER_PAYMENT_EVENTS)):
        refunds = await refresh_refunds(database, gateway, order)
        return datetime.now(UTC) + LEASE if any(refund.is_open for refund in refunds) else None
    return next_due(order, policy)


def next_due(order: Order, policy: ExpiryPolicy) -> datetime | None:
    """Return when an order with no open refund is due next; None when nothing is left to do."""
    if order.is_final or order.review_reason:
        return None
    if order.payment is PaymentState.PROCESSING:
        return datetime.now(UTC) + LEASE
    return max(reservation_end(order, policy.reservation), datetime.now(UTC) + MIN_RETRY_DELAY)


def retry_delay(failed_attempts: int) -> timedelta:
    """Return the delay after so many failed attempts: twice as long each time, up to an hour."""
    doubled: timedelta = MIN_RETRY_DELAY * 2 ** min(failed_attempts, 10)
    return min(doubled, MAX_RETRY_DELAY)
