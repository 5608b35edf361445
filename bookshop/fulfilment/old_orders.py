"""Orders paid before copies had states count as packed, though most have left the shop."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.order_conditions import HAS_PACKED, HAS_READY, MAY_LEAVE, WAS_PAID_BEFORE
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Entry
from bookshop.fulfilment.timeline_store import find_version
from bookshop.fulfilment.work_list import IS_ON_SALE, OLDEST_FIRST, WITH_LINES
from bookshop.orders.order import Delivery
from bookshop.orders.order_list import LIST_ORDERS, OrderSummary, to_summary
from bookshop.orders.store import lock_order
from bookshop.schema import order_copies, orders
from bookshop.schema.columns import TIMESTAMP

PACKED = select(order_copies.c.order_id).select_from(WITH_LINES).where(HAS_PACKED, IS_ON_SALE)
READY = select(order_copies.c.order_id).where(HAS_READY)
LIST_OLD = (
    LIST_ORDERS.where(
        orders.c.id.in_(PACKED),
        # these are still in the shop
        orders.c.id.not_in(READY),
        orders.c.paid_at < bindparam("paid_before", type_=TIMESTAMP),
        MAY_LEAVE,
        WAS_PAID_BEFORE,
    )
    .order_by(None)
    .order_by(*OLDEST_FIRST)
)
FIND_OLD = LIST_OLD.where(orders.c.id == bindparam("order_id"))


def list_old_orders(db: Connection, paid_before: datetime, now: datetime) -> list[OrderSummary]:
    """Return the orders paid before this moment that count as packed since the upgrade."""
    return [to_summary(row) for row in db.execute(LIST_OLD, {"paid_before": paid_before, "now": now})]


def record_as_gone(
    db: Connection, order_id: str, paid_before: datetime, *, actor: str, now: datetime
) -> Entry | None:
    """Record that the packed copies of an old order have left, without a mail.

    None if something was done with them since it was listed.
    """
    order = lock_order(db, order_id)
    values = {"paid_before": paid_before, "now": now, "order_id": order_id}
    if db.execute(FIND_OLD, values).first() is None:
        return None
    version = find_version(db, order_id)
    if order.delivery is Delivery.DELIVER:
        return ship(db, order_id, version, is_mailed=False, actor=actor, now=now)
    return collect(db, order_id, version, actor=actor, now=now)
