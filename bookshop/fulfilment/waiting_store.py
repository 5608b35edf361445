"""Reading which orders wait for copies of a book."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from bookshop.fulfilment.order_conditions import HAS_TO_ORDER, MAY_LEAVE
from bookshop.schema import order_copies, orders


class Waiting(NamedTuple):
    """An order that waits for copies of a book."""

    order_id: str
    isbn: str
    quantity: int


LIST_WAITING = (
    select(order_copies.c.order_id, order_copies.c.isbn, order_copies.c.to_order)
    .join(orders)
    .where(order_copies.c.isbn.in_(bindparam("isbns", expanding=True)), HAS_TO_ORDER, MAY_LEAVE)
    .order_by(orders.c.paid_at, orders.c.number)
)


def list_waiting(db: Connection, isbns: Iterable[str]) -> list[Waiting]:
    """Return the orders that wait for copies of these books, the oldest paid one first."""
    rows = db.execute(LIST_WAITING, {"isbns": list(isbns)})
    return [Waiting(row.order_id, row.isbn, row.to_order) for row in rows]
