"""Record an event of the provider, once, and make its order due."""

from bookshop.database import Database
from bookshop.payments.event_store import add_event_once
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


async def record_event(database: Database, event: Event) -> str:
    """Record an event once; returns the id of the order to process, empty when there is none."""
    is_after_payment = event.type.startswith(AFTER_PAYMENT_EVENTS)
    if is_after_payment or event.type in PAYMENT_EVENTS:
        return await database.write(add_event_once, event, include_final=is_after_payment)
    return ""
