"""The statements on messages from the payment provider."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from bookshop.orders.due_store import mark_due
from bookshop.orders.order import Order
from bookshop.payments.gateway import Event
from bookshop.schema import counters, stripe_events

ADD_EVENT = stripe_events.insert()
COUNT_FAILURES = (
    select(func.count())
    .select_from(stripe_events)
    .where(
        stripe_events.c.intent_id == bindparam("intent"),
        stripe_events.c.type == "payment_intent.payment_failed",
    )
)
LIST_TYPES = select(stripe_events.c.type).where(stripe_events.c.intent_id == bindparam("intent"))
FIND_COUNTER = select(counters.c.value).where(counters.c.name == bindparam("counter"))
MOVE_COUNTER = (
    counters.update()
    .where(counters.c.name == bindparam("counter"), counters.c.value <= bindparam("before", type_=Integer))
    .values(value=bindparam("now", type_=Integer))
)


def add_event(db: Connection, event: Event, *, include_final: bool) -> str:
    """Keep a message and let its order be looked at; answers that order's id, once for each message."""
    now = datetime.now(UTC)
    row = {"id": event.id, "type": event.type, "intent_id": event.intent_id, "received_at": now}
    try:
        with db.begin_nested():
            db.execute(ADD_EVENT, row)
    except IntegrityError:
        return ""
    return mark_due(db, event.order_id, event.intent_id, event.charge_id, now, include_final=include_final)


def count_failures(db: Connection, intent_id: str) -> int:
    """How often paying this intent has failed."""
    return db.execute(COUNT_FAILURES, {"intent": intent_id}).scalar_one()


def has_event(db: Connection, order: Order, beginnings: tuple[str, ...]) -> bool:
    """Whether a message on the order's payment came whose type begins like this."""
    types = db.execute(LIST_TYPES, {"intent": order.intent_id}).scalars()
    return any(kind.startswith(beginnings) for kind in types)


def claim_listing(db: Connection, now: datetime, interval: timedelta) -> datetime | None:
    """When messages were read last, for the one process that reads them now; None for the others."""
    before = int((now - interval).timestamp())
    values = {"counter": "events-claimed", "before": before, "now": int(now.timestamp())}
    if db.execute(MOVE_COUNTER, values).rowcount == 0:
        return None
    read: int = db.execute(FIND_COUNTER, {"counter": "events-read"}).scalar_one()
    return datetime.fromtimestamp(read, UTC) if read else now


def set_listed(db: Connection, when: datetime) -> None:
    """Note that every message until then has been read."""
    moment = int(when.timestamp())
    db.execute(MOVE_COUNTER, {"counter": "events-read", "before": moment, "now": moment})
