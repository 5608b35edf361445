"""Reading events that concern payments whose orders the database does not have."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from bookshop.orders.payment_update import IS_PAID
from bookshop.payments.event_store import IS_STRAY, MAX_STRAY_AGE
from bookshop.payments.record_event import LOST_PAYMENT_EVENTS
from bookshop.schema import lost_orders, stripe_events

MAX_EVENTS = 50
_EVENTS_LOST_ORDER = or_(
    (lost_orders.c.intent_id == stripe_events.c.intent_id),
    (lost_orders.c.charge_id == stripe_events.c.charge_id) & (stripe_events.c.charge_id != ""),
)
LIST_LOST_EVENTS = (
    select(
        stripe_events.c.id,
        stripe_events.c.type,
        stripe_events.c.intent_id,
        lost_orders.c.intent_id.label("lost"),
        lost_orders.c.status,
    )
    .outerjoin(lost_orders, _EVENTS_LOST_ORDER)
    .where(
        *IS_STRAY,
        or_(lost_orders.c.intent_id.is_not(None), stripe_events.c.type.in_(sorted(LOST_PAYMENT_EVENTS))),
    )
    .order_by(stripe_events.c.received_at)
    .limit(MAX_EVENTS)
)


class LostEvent(NamedTuple):
    """An event of an unknown order, and its payment.

    `is_news` if it may change what is stored of the payment.
    """

    id: str
    intent_id: str
    is_news: bool


def list_lost_events(db: Connection, now: datetime) -> list[LostEvent]:
    """Return unhandled events of payments whose orders are missing, the oldest first."""
    return [
        LostEvent(
            row.id,
            row.lost or row.intent_id,
            not (row.type == "payment_intent.succeeded" and row.status == IS_PAID),
        )
        for row in db.execute(LIST_LOST_EVENTS, {"received_after": now - MAX_STRAY_AGE})
    ]
