"""What went back of an order's payment."""

from sqlalchemy import Connection, bindparam, func, select

from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.schema import refunds

SUM_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount_minor), 0)).where(
    refunds.c.order_id == bindparam("wanted"), refunds.c.status.in_(["pending", "succeeded"])
)


def find_refunded(db: Connection, order: Order) -> Money:
    """How much went back or is on its way; what Stripe has not answered yet is left out."""
    return Money(int(db.execute(SUM_REFUNDED, {"wanted": order.id}).scalar_one()), order.total.currency)
