"""Find orders with copies to pack: the next one, and the one that a book belongs to."""

from datetime import datetime

from sqlalchemy import Connection, String, and_, bindparam, or_, select

from bookshop.fulfilment.order_conditions import HAS_IN_STOCK, MAY_LEAVE
from bookshop.orders.order import Order
from bookshop.schema import order_copies, orders
from bookshop.schema.columns import TIMESTAMP

PAID_AT, THIS = bindparam("this_paid_at", type_=TIMESTAMP), bindparam("this_order", type_=String)
_COPIES = select(order_copies.c.order_id).where(HAS_IN_STOCK)
_TO_PACK = (
    select(orders.c.id)
    .where(orders.c.id.in_(_COPIES), MAY_LEAVE, orders.c.id != THIS)
    .order_by(orders.c.paid_at, orders.c.id)
    .limit(1)
)
FIND_NEXT = _TO_PACK.where(
    or_(orders.c.paid_at > PAID_AT, and_(orders.c.paid_at == PAID_AT, orders.c.id > THIS))
)


def find_next_to_pack(db: Connection, order: Order) -> str | None:
    """Return the order to pack after this one, the oldest after the last; None if there is no other."""
    this: dict[str, str | datetime | None] = {"this_order": order.id}
    found = db.execute(FIND_NEXT, {**this, "this_paid_at": order.paid_at}).scalar() if order.paid_at else None
    return found or db.execute(_TO_PACK, this).scalar()


FIND_OWNER = (
    select(orders.c.id)
    .join(order_copies)
    .where(order_copies.c.isbn == bindparam("isbn"), HAS_IN_STOCK, MAY_LEAVE, orders.c.id != THIS)
    .order_by(orders.c.paid_at, orders.c.id)
    .limit(1)
)


def find_owner(db: Connection, isbn: str, order_id: str) -> str | None:
    """Return the oldest other order with copies of this book to pack."""
    return db.execute(FIND_OWNER, {"isbn": isbn, "this_order": order_id}).scalar()
