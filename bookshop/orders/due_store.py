"""Which orders the sweeper processes next, and which process has claimed them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, select

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
    .where(orders.c.id == bindparam("order_id"), orders.c.due_at == bindparam("until"))
    .values(due_at=bindparam("next_due_at"), failed_attempts=bindparam("attempts"))
)


def end_claim(
    db: Connection, order_id: str, until: datetime, next_due_at: datetime | None, failed_attempts: int
) -> None:
    """Set when a claimed order is due next, unless it was made due meanwhile.

    Only the process that has claimed an order may end its being due.
    """
    values = {
        "order_id": order_id,
        "until": until,
        "next_due_at": next_due_at,
        "attempts": failed_attempts,
    }
    db.execute(END_CLAIM, values)


MAKE_ALL_DUE = orders.update().where(orders.c.due_at > bindparam("at")).values(due_at=bindparam("at"))


def make_all_due(db: Connection, at: datetime) -> None:
    """Make every order due that waits for a time, also those that are claimed."""
    db.execute(MAKE_ALL_DUE, {"at": at})


SET_DUE = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"))
    .values(due_at=bindparam("at"), failed_attempts=0)
)


def set_due(db: Connection, order_id: str, at: datetime) -> None:
    """Make the order due, also if it is claimed: `end_claim` then leaves it due."""
    db.execute(SET_DUE, {"order_id": order_id, "at": at})
