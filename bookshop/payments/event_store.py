"""Storing the provider's events, and until when they have been read from its list."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from bookshop.orders.due_store import mark_due
from bookshop.orders.order import Order
from bookshop.payments.gateway import Event
from bookshop.schema import counters, stripe_events

ADD_EVENT = stripe_events.insert()


def add_event_once(db: Connection, event: Event, *, include_final: bool) -> str:
    """Store an event and make its order due; returns the order's id, once for each event."""
    now = datetime.now(UTC)
    row = {"id": event.id, "type": event.type, "intent_id": event.intent_id, "received_at": now}
    try:
        with db.begin_nested():
            db.execute(ADD_EVENT, row)
    except IntegrityError:
        return ""
    return mark_due(db, event.order_id, event.intent_id, event.charge_id, now, include_final=include_final)


COUNT_FAILURES = (
    select(func.count())
    .select_from(stripe_events)
    .where(
        stripe_events.c.intent_id == bindparam("intent_id"),
        stripe_events.c.type == "payment_intent.payment_failed",
    )
)


def count_failures(db: Connection, intent_id: str) -> int:
    """Return how often paying this intent has failed."""
    return db.execute(COUNT_FAILURES, {"intent_id": intent_id}).scalar_one()


LIST_TYPES = select(stripe_events.c.type).where(stripe_events.c.intent_id == bindparam("intent_id"))


def has_event(db: Connection, order: Order, prefixes: tuple[str, ...]) -> bool:
    """Return whether an event of the order's payment has a type with one of these prefixes."""
    types = db.execute(LIST_TYPES, {"intent_id": order.intent_id}).scalars()
    return any(event_type.startswith(prefixes) for event_type in types)


FIND_COUNTER = select(counters.c.value).where(counters.c.name == bindparam("counter"))
MOVE_COUNTER = (
    counters.update()
    .where(counters.c.name == bindparam("counter"), counters.c.value <= bindparam("at_most", type_=Integer))
    .values(value=bindparam("now", type_=Integer))
)


def claim_event_fetch(db: Connection, now: datetime, interval: timedelta) -> datetime | None:
    """Return when events were last listed; None when another process lists them now."""
    at_most = int((now - interval).timestamp())
    values = {"counter": "events-claimed", "at_most": at_most, "now": int(now.timestamp())}
    if db.execute(MOVE_COUNTER, values).rowcount == 0:
        return None
    listed: int = db.execute(FIND_COUNTER, {"counter": "events-read"}).scalar_one()
    return datetime.fromtimestamp(listed, UTC) if listed else now


def set_events_fetched(db: Connection, until: datetime) -> None:
    """Store that every event until then has been listed."""
    moment = int(until.timestamp())
    db.execute(MOVE_COUNTER, {"counter": "events-read", "at_most": moment, "now": moment})
