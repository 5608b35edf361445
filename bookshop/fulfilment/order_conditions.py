"""Conditions of SQL: copies with which there is something to do, and orders they may leave."""

from sqlalchemy import and_, exists, text

from bookshop.orders.order_list import REFUNDED_MINOR
from bookshop.orders.order_state import DisputeStage
from bookshop.schema import orders, stock_movements

# as the partial indexes of order_copies have it, so that SQLite uses them
HAS_TO_ORDER, HAS_IN_STOCK = text("order_copies.to_order > 0"), text("order_copies.in_stock > 0")
HAS_PACKED, HAS_READY = text("order_copies.packed > 0"), text("order_copies.ready > 0")

# as check_may_leave() has it, for orders that have copies, which are paid; SQLite would list all paid ones
MAY_LEAVE = and_(
    orders.c.review_reason == "",
    orders.c.dispute != DisputeStage.LOST,
    orders.c.total_minor > REFUNDED_MINOR,
)
# only orders that were paid before copies had states have such movements
WAS_PAID_BEFORE = exists().where(
    stock_movements.c.order_id == orders.c.id, stock_movements.c.kind.in_(["sold", "passed_on"])
)
