"""Process an order that is due: its payment, its expiry, or its refunds."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.due_store import claim_due, end_claim
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.reservation import reservation_end
from bookshop.payments.errors import PaymentError
from bookshop.payments.event_store import list_unhandled, mark_handled
from bookshop.payments.expire_order import ExpiryPolicy, expire_or_refresh
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import refresh_payment
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS, refresh_refunds
from bookshop.payments.refund_store import list_refunds

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
    events = await database.read(list_unhandled, order.id)
    try:
        next_due_at = await process_due_order(database, gateway, policy, order, events.values())
    except PaymentError:
        retry_at = now + retry_delay(order.failed_attempts)
        await database.write(end_claim, order.id, until, retry_at, order.failed_attempts + 1)
    else:
        await database.write(finish_processing, order.id, until, next_due_at, events)
    return True


def finish_processing(
    db: Connection, order_id: str, until: datetime, next_due_at: datetime | None, events: Collection[str]
) -> None:
    """End the claim, and store that the order was processed after these events."""
    mark_handled(db, events, datetime.now(UTC))
    end_claim(db, order_id, until, next_due_at, 0)


async def process_due_order(
    database: Database, gateway: Gateway, policy: ExpiryPolicy, order: Order, events: Collection[str]
) -> datetime | None:
    """Process an order after events of these types; returns when it is due next, None for never."""
    if order.review_reason:
        order = await refresh_payment(database, gateway, order)
    elif order.payment is not PaymentState.PAID:
        order = await expire_or_refresh(database, gateway, policy, order)
    if order.payment is not PaymentState.PAID:
        return next_due(order, policy)
    refunds = await database.read(list_refunds, order.id)
    if any(refund.is_open for refund in refunds) or is_any_after_payment(events):
        refunds = await refresh_refunds(database, gateway, order)
    return datetime.now(UTC) + LEASE if any(refund.is_open for refund in refunds) else None


def is_any_after_payment(events: Iterable[str]) -> bool:
    """Return whether one of the types is of a refund, a dispute or a fraud warning."""
    return any(event.startswith(AFTER_PAYMENT_EVENTS) for event in events)


def next_due(order: Order, policy: ExpiryPolicy) -> datetime | None:
    """Return when an order that is not paid is due next; None when nothing is left to do."""
    if order.is_final or order.review_reason:
        return None
    if order.payment is PaymentState.PROCESSING:
        return datetime.now(UTC) + LEASE
    return max(reservation_end(order, policy.reservation), datetime.now(UTC) + MIN_RETRY_DELAY)


def retry_delay(failed_attempts: int) -> timedelta:
    """Return the delay after so many failed attempts: twice as long each time, up to an hour."""
    doubled: timedelta = MIN_RETRY_DELAY * 2 ** min(failed_attempts, 10)
    return min(doubled, MAX_RETRY_DELAY)
