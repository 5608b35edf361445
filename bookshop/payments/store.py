"""The statements on messages from the payment provider."""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.payments.gateway import Event
from bookshop.schema import stripe_events

FIND_EVENT = select(stripe_events.c.id).where(stripe_events.c.id == bindparam("event"))
ADD_EVENT = stripe_events.insert()
SET_HANDLED = (
    stripe_events.update().where(stripe_events.c.id == bindparam("event")).values(handled_at=bindparam("now"))
)


def add_event(db: Connection, event: Event) -> bool:
    """Keep a message; False when it came before."""
    if db.execute(FIND_EVENT, {"event": event.id}).first():
        return False
    now = datetime.now(UTC)
    row = {"id": event.id, "type": event.type, "intent_id": event.intent_id, "received_at": now}
    db.execute(ADD_EVENT, row)
    return True


def set_handled(db: Connection, event_id: str) -> None:
    """Note that the message has had its effect."""
    db.execute(SET_HANDLED, {"event": event_id, "now": datetime.now(UTC)})
