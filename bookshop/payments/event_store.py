"""Storing the provider's events, and which of them are still to be handled."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, union
from sqlalchemy.exc import IntegrityError

from bookshop.orders.attempt_store import HAS_SESSION
from bookshop.payments.gateway import Event
from bookshop.schema import orders, payment_attempts, stripe_events

ADD_EVENT = stripe_events.insert()


def add_event(db: Connection, event: Event, order_id: str, now: datetime, *, is_handled: bool) -> bool:
    """Store an event; False when it is stored already."""
    row = {
        "id": event.id,
        "type": event.type,
        "intent_id": event.intent_id,
        "charge_id": event.charge_id,
        "order_id": order_id,
        "received_at": now,
        "handled_at": now if is_handled else None,
    }
    try:
        with db.begin_nested():
            db.execute(ADD_EVENT, row)
    except IntegrityError:
        return False
    return True


_BY_ANY_ID = union(
    select(orders.c.id).where(orders.c.id == bindparam("event_order_id")),
    select(orders.c.id).where(orders.c.charge_id == bindparam("event_charge_id"), orders.c.charge_id != ""),
    select(payment_attempts.c.order_id).where(
        payment_attempts.c.intent_id == bindparam("event_intent_id"), payment_attempts.c.intent_id != ""
    ),
    select(payment_attempts.c.order_id).where(
        payment_attempts.c.session_id == bindparam("event_session_id"), HAS_SESSION
    ),
).subquery()
FIND_EVENTS_ORDER = select(orders.c.id, orders.c.payment).join(_BY_ANY_ID, _BY_ANY_ID.c.id == orders.c.id)


class EventsOrder(NamedTuple):
    """The id of an event's order, and the state of its payment."""

    id: str
    payment: str


def find_events_order(db: Connection, event: Event) -> EventsOrder | None:
    """Return the order that an event names by any of its ids."""
    values = {
        "event_order_id": event.order_id,
        "event_intent_id": event.intent_id,
        "event_session_id": event.session_id,
        "event_charge_id": event.charge_id,
    }
    row = db.execute(FIND_EVENTS_ORDER, values).first()
    return EventsOrder(row.id, row.payment) if row else None


LIST_UNHANDLED = select(stripe_events.c.id, stripe_events.c.type).where(
    stripe_events.c.order_id == bindparam("order_id"), stripe_events.c.handled_at.is_(None)
)


def list_unhandled(db: Connection, order_id: str) -> dict[str, str]:
    """Return the types of an order's unhandled events by their ids."""
    return {row.id: row.type for row in db.execute(LIST_UNHANDLED, {"order_id": order_id})}


MARK_HANDLED = (
    stripe_events.update()
    .where(stripe_events.c.id.in_(bindparam("ids", expanding=True)))
    .values(handled_at=bindparam("now"))
)


def mark_handled(db: Connection, event_ids: Collection[str], now: datetime) -> None:
    """Store that the order was processed after these events."""
    if event_ids:
        db.execute(MARK_HANDLED, {"ids": list(event_ids), "now": now})


# far longer than it takes to learn the ids of a payment; older ones are those of another program
MAX_STRAY_AGE = timedelta(days=7)
IS_STRAY = (
    stripe_events.c.order_id == "",
    stripe_events.c.handled_at.is_(None),
    stripe_events.c.received_at > bindparam("received_after"),
)
LIST_STRAYS = union(
    select(stripe_events.c.id, payment_attempts.c.order_id)
    .join(payment_attempts, payment_attempts.c.intent_id == stripe_events.c.intent_id)
    .where(*IS_STRAY, stripe_events.c.intent_id != ""),
    select(stripe_events.c.id, orders.c.id.label("order_id"))
    .join(orders, orders.c.charge_id == stripe_events.c.charge_id)
    .where(*IS_STRAY, stripe_events.c.charge_id != ""),
)


def list_strays(db: Connection, now: datetime) -> dict[str, str]:
    """Return the orders of events that were stored before their ids were known, by event id."""
    strays = db.execute(LIST_STRAYS, {"received_after": now - MAX_STRAY_AGE})
    return {row.id: row.order_id for row in strays}


SET_EVENTS_ORDER = (
    stripe_events.update()
    .where(stripe_events.c.id == bindparam("event_id"))
    .values(order_id=bindparam("of_order"))
)


def set_events_order(db: Connection, event_id: str, order_id: str) -> None:
    """Store which order an event concerns."""
    db.execute(SET_EVENTS_ORDER, {"event_id": event_id, "of_order": order_id})


COUNT_FAILURES = (
    select(func.count())
    .select_from(stripe_events)
    .where(
        stripe_events.c.order_id == bindparam("order_id"),
        stripe_events.c.type == "payment_intent.payment_failed",
    )
)


def count_failures(db: Connection, order_id: str) -> int:
    """Return how often paying this order has failed, by any method."""
    return db.execute(COUNT_FAILURES, {"order_id": order_id}).scalar_one()
