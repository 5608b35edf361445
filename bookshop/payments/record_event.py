"""Record an event of the provider, once, and make its order due until it is handled."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.order import PaymentState
from bookshop.payments.event_store import (
    EventsOrder,
    add_event,
    find_events_order,
    list_strays,
    set_events_order,
)
from bookshop.payments.gateway import Event
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS

# what may change the payment of an open order; other events are ignored
PAYMENT_EVENTS = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.canceled",
        "checkout.session.completed",
        "checkout.session.expired",
    }
)
# of an order that the database does not have, they may tell of a payment that nothing else knows
LOST_PAYMENT_EVENTS = frozenset(
    {"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.processing"}
)
FINAL = (PaymentState.PAID, PaymentState.CANCELLED)


async def record_event(database: Database, event: Event) -> str:
    """Record an event once; returns the id of the order to process, empty when there is none."""
    if event.type.startswith(AFTER_PAYMENT_EVENTS) or event.type in PAYMENT_EVENTS:
        return await database.write(add_event_and_set_due, event)
    return ""


def add_event_and_set_due(db: Connection, event: Event) -> str:
    """Store an event and make its order due; returns the order's id, once for each event."""
    now = datetime.now(UTC)
    order = find_events_order(db, event)
    has_work = needs_work(event, order)
    order_id = order.id if order else ""
    if not add_event(db, event, order_id, now, is_handled=not has_work):
        return ""
    if not (order and has_work):
        return ""
    set_due(db, order_id, now)
    return order_id


def needs_work(event: Event, order: EventsOrder | None) -> bool:
    """Return whether the event may change its order, or one that is found later."""
    if event.type.startswith(AFTER_PAYMENT_EVENTS):
        return True
    if order is None:
        return bool(event.order_id) and event.type in LOST_PAYMENT_EVENTS
    return order.payment not in FINAL


def find_orders_of_strays(db: Connection) -> None:
    """Make the orders due that have learned the ids of events which came before."""
    now = datetime.now(UTC)
    for event_id, order_id in list_strays(db, now).items():
        set_events_order(db, event_id, order_id)
        set_due(db, order_id, now)
