"""Which orders the sweeper processes next, and which process has claimed them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, and_, bindparam, or_, select

from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.schema import orders

LIST_DUE_ORDERS = (
    select(orders.c.id)
    .where(orders.c.due_at <= bindparam("now"))
    .order_by(orders.c.due_at)
    .limit(bindparam("max_orders", type_=Integer))
)


def list_due_orders(db: Connection, now: datetime, limit: int) -> Sequence[str]:
    """Return the ids of orders that are due, the longest waiting first."""
    return db.execute(LIST_DUE_ORDERS, {"now": now, "max_orders": limit}).scalars().all()


# the process that moves `due_at` on has the order to itself until then
CLAIM_DUE = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"), orders.c.due_at <= bindparam("now"))
    .values(due_at=bindparam("until"))
)


def claim_due(db: Connection, order_id: str, now: datetime, until: datetime) -> Order | None:
    """Return the order, claimed until then; None when it is not due or another process has it."""
    if db.execute(CLAIM_DUE, {"order_id": order_id, "now": now, "until": until}).rowcount == 0:
        return None
    return find_order_by_id(db, order_id)


END_CLAIM = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        or_(orders.c.due_at == bindparam("until"), orders.c.due_at.is_(None)),
    )
    .values(due_at=bindparam("next_due_at"), failed_attempts=bindparam("attempts"))
)


def end_claim(
    db: Connection, order_id: str, until: datetime, next_due_at: datetime | None, failed_attempts: int
) -> None:
    """Set when a claimed order is due next, unless an event has made it due meanwhile."""
    values = {
        "order_id": order_id,
        "until": until,
        "next_due_at": next_due_at,
        "attempts": failed_attempts,
    }
    db.execute(END_CLAIM, values)


SET_DUE = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"))
    .values(due_at=bindparam("next_due_at"), failed_attempts=bindparam("attempts"))
)


def set_due(db: Connection, order_id: str, next_due_at: datetime | None, failed_attempts: int) -> None:
    """Set when the order is due next."""
    values = {"order_id": order_id, "next_due_at": next_due_at, "attempts": failed_attempts}
    db.execute(SET_DUE, values)


IS_EVENTS_ORDER = or_(
    orders.c.id == bindparam("order_id"),
    and_(orders.c.intent_id == bindparam("event_intent_id"), orders.c.intent_id != ""),
    and_(orders.c.charge_id == bindparam("event_charge_id"), orders.c.charge_id != ""),
)
MARK_DUE = orders.update().where(IS_EVENTS_ORDER).values(due_at=bindparam("now"), failed_attempts=0)
MARK_OPEN_DUE = MARK_DUE.where(orders.c.payment.in_(["open", "processing"]))
FIND_EVENTS_ORDER = select(orders.c.id).where(IS_EVENTS_ORDER)


def mark_due(
    db: Connection, order_id: str, intent_id: str, charge_id: str, now: datetime, *, include_final: bool
) -> str:
    """Make an event's order due now; returns the order's id, empty when there is no such order."""
    values = {"order_id": order_id, "event_intent_id": intent_id, "event_charge_id": charge_id}
    db.execute(MARK_DUE if include_final else MARK_OPEN_DUE, {**values, "now": now})
    return db.execute(FIND_EVENTS_ORDER, values).scalar() or ""
