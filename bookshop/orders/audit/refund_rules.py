"""Refunds: together they never exceed what was paid."""

from collections.abc import Iterator

from sqlalchemy import Connection, cast, func, literal, select

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.schema import orders, refunds

_REFUNDED = func.sum(refunds.c.amount_minor)
EXCESSIVE_REFUNDS = (
    select(
        orders.c.id.label("subject"),
        (literal("at most ") + cast(orders.c.total_minor, orders.c.id.type)).label("expected"),
        _REFUNDED.label("found"),
    )
    .join(refunds)
    .where(refunds.c.status.in_(["pending", "succeeded"]))
    .group_by(orders.c.id, orders.c.total_minor)
    .having(orders.c.total_minor < _REFUNDED)
    .order_by(orders.c.id)
)


def find_excessive_refunds(db: Connection) -> Iterator[Violation]:
    """Find orders of which more is refunded than was paid."""
    return list_violations(db, "refunds", EXCESSIVE_REFUNDS)
