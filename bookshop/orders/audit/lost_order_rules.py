"""Lost orders: a person has recorded what was done about each."""

from collections.abc import Iterator

from sqlalchemy import Connection, literal, select

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.schema import lost_orders, recoveries

OPEN_LOST_ORDERS = (
    select(
        lost_orders.c.intent_id.label("subject"),
        literal("sent or refunded").label("expected"),
        literal("a payment whose order is missing").label("found"),
    )
    .where(lost_orders.c.done_at.is_(None))
    .order_by(lost_orders.c.intent_id)
)


def find_open_lost_orders(db: Connection) -> Iterator[Violation]:
    """Find payments of missing orders that are neither sent nor refunded."""
    return list_violations(db, "lost", OPEN_LOST_ORDERS)


PENDING = select(
    recoveries.c.id.label("subject"),
    literal("compared with Stripe").label("expected"),
    literal("not yet").label("found"),
).where(recoveries.c.ended_at.is_(None))


def find_pending_recoveries(db: Connection) -> Iterator[Violation]:
    """Find a restore after which the database was not compared with Stripe."""
    return list_violations(db, "restore", PENDING)
