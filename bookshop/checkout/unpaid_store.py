"""Count what a network has reserved without paying."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, and_, bindparam, func, or_, select

from bookshop.checkout.unpaid_limit import UNPAID_REASONS
from bookshop.orders.order import PaymentState
from bookshop.schema import order_lines, orders

HASH_DIGITS_OF_LOCK = 15

LOCK_NETWORK = select(func.pg_advisory_xact_lock(bindparam("network", type_=BigInteger)))


def lock_network(db: Connection, network_hash: str) -> None:
    """Wait for other orders of the network to be stored, since each of them counts.

    SQLite has only one writer anyway.
    """
    if db.dialect.name == "postgresql":
        db.execute(LOCK_NETWORK, {"network": int(network_hash[:HASH_DIGITS_OF_LOCK], 16)})


# an order and those that it replaces are one
_SEQUENCE = func.coalesce(orders.c.reserved_from, orders.c.placed_at).label("sequence")
_COPIES_OF_ORDERS = (
    select(_SEQUENCE, func.sum(order_lines.c.quantity - order_lines.c.to_order).label("copies"))
    .join_from(orders, order_lines)
    .where(
        orders.c.network_hash == bindparam("network"),
        orders.c.placed_at > bindparam("since"),
        or_(
            orders.c.payment == PaymentState.OPEN,
            and_(orders.c.payment == PaymentState.CANCELLED, orders.c.cancel_reason.in_(UNPAID_REASONS)),
        ),
    )
    .group_by(orders.c.id)
    .subquery()
)
_COPIES_OF_SEQUENCES = (
    select(func.max(_COPIES_OF_ORDERS.c.copies).label("copies"))
    .group_by(_COPIES_OF_ORDERS.c.sequence)
    .subquery()
)
COUNT_UNPAID = select(
    func.count().label("orders"), func.coalesce(func.sum(_COPIES_OF_SEQUENCES.c.copies), 0).label("copies")
).select_from(_COPIES_OF_SEQUENCES)


class Unpaid(NamedTuple):
    """How many unpaid orders a network has, and how many copies they reserve or have reserved."""

    orders: int
    copies: int


def count_unpaid(db: Connection, network_hash: str, since: datetime) -> Unpaid:
    """Count the network's open and abandoned orders that were placed since then."""
    found = db.execute(COUNT_UNPAID, {"network": network_hash, "since": since}).one()
    return Unpaid(found.orders, found.copies)
