"""Limits what one network reserves without paying, so that no visitor can empty the shelves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Connection, and_, bindparam, func, or_, select

from bookshop.orders.order import CancelReason, PaymentState
from bookshop.schema import order_lines, orders
from bookshop.settings import Settings

# a refused order never reserved its books for longer than a request
UNPAID_REASONS = (
    CancelReason.EXPIRED,
    CancelReason.TOO_MANY_FAILURES,
    CancelReason.AT_STRIPE,
    CancelReason.REPLACED,
)
HASH_DIGITS_OF_LOCK = 15


@dataclass(frozen=True, slots=True)
class UnpaidLimit:
    """How many unpaid orders a network may have, and how many copies they reserve.

    One order alone may have any number of copies: a school or a library that orders many is welcome. An
    abandoned order counts for `window` after it was placed. An order and those that it replaces count once,
    with the copies of the largest.
    """

    max_orders: int
    max_copies: int
    window: timedelta

    def allows(self, unpaid_orders: int, copies: int) -> bool:
        return unpaid_orders <= 1 or (unpaid_orders <= self.max_orders and copies <= self.max_copies)


def unpaid_limit(settings: Settings) -> UnpaidLimit:
    """Return the shop's limit.

    The window is about twice as long as one order can reserve books, so that no network holds them for ever.
    """
    window = 2 * settings.reservation_time + timedelta(hours=1)
    return UnpaidLimit(settings.max_unpaid_orders, settings.max_unpaid_copies, window)


class TooManyUnpaid(Exception):
    """The network has reserved too many books without paying for them."""


LOCK = select(func.pg_advisory_xact_lock(bindparam("network", type_=BigInteger)))


def lock_network(db: Connection, network_hash: str) -> None:
    """Wait for other orders of the network to be stored, since each of them counts.

    SQLite has only one writer anyway.
    """
    if network_hash and db.dialect.name == "postgresql":
        db.execute(LOCK, {"network": int(network_hash[:HASH_DIGITS_OF_LOCK], 16)})


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


def check_unpaid(db: Connection, network_hash: str, limit: UnpaidLimit) -> None:
    """Raise TooManyUnpaid if the network's open and abandoned orders are more than the limit."""
    if not network_hash:
        return
    since = datetime.now(UTC) - limit.window
    found = db.execute(COUNT_UNPAID, {"network": network_hash, "since": since}).one()
    if not limit.allows(found.orders, found.copies):
        raise TooManyUnpaid
