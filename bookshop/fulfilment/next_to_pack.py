"""Find orders with copies to pack: the next one, and the one that a book belongs to."""

from sqlalchemy import Connection, Integer, String, bindparam, select

from bookshop.fulfilment.order_conditions import HAS_IN_STOCK, MAY_LEAVE
from bookshop.orders.order import Order
from bookshop.schema import order_copies, orders

THIS = bindparam("this_order", type_=String)
# by the numbers beside copies, as the partial indexes have them
_TO_PACK = (
    select(order_copies.c.order_id)
    .join(orders)
    .where(HAS_IN_STOCK, MAY_LEAVE, order_copies.c.order_id != THIS)
    .order_by(order_copies.c.order_number, order_copies.c.order_id)
    .limit(1)
)
FIND_NEXT = _TO_PACK.where(order_copies.c.order_number > bindparam("this_number", type_=Integer))


def find_next_to_pack(db: Connection, order: Order) -> str | None:
    """Return the order to pack after this one, after the last the oldest; None if none is."""
    found = db.execute(FIND_NEXT, {"this_order": order.id, "this_number": order.number or 0}).scalar()
    return found or db.execute(_TO_PACK, {"this_order": order.id}).scalar()


FIND_OWNER = _TO_PACK.where(order_copies.c.isbn == bindparam("isbn"))


def find_owner(db: Connection, isbn: str, order_id: str) -> str | None:
    """Return the oldest other order with copies of this book to pack."""
    return db.execute(FIND_OWNER, {"isbn": isbn, "this_order": order_id}).scalar()
