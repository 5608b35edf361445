"""SQL of what waits and of recent orders: each statement reads a few rows of an index."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from bookshop.fulfilment.work_list import MAY_NEED_REVIEW, NEED_RESPONSE
from bookshop.orders.order import PaymentState
from bookshop.payments.event_listing import FIND_COUNTER
from bookshop.schema import orders

MAX_NETWORKS = 30
LIST_NETWORKS = (
    select(orders.c.network_hash)
    .where(orders.c.payment == PaymentState.PAID)
    .order_by(orders.c.placed_at.desc())
    .limit(MAX_NETWORKS)
)


def list_recent_networks(db: Connection) -> Sequence[str]:
    """Return the hashed networks of the newest paid orders that have one."""
    return [network for network in db.scalars(LIST_NETWORKS) if network]


class Backlog(NamedTuple):
    """What waits: the oldest order that is due, reading events, and orders to look at."""

    order_due_at: datetime | None
    events_read_at: datetime | None
    reviews: int
    answer_by: datetime | None


FIND_DUE = select(func.min(orders.c.due_at))
MAX_REVIEWS = 100
_REVIEWS = select(orders.c.id).where(MAY_NEED_REVIEW, orders.c.review_reason != "").limit(MAX_REVIEWS)
COUNT_REVIEWS = select(func.count()).select_from(_REVIEWS.subquery())
FIND_DISPUTE = select(func.min(orders.c.dispute_due_at)).where(
    MAY_NEED_REVIEW, orders.c.dispute.in_(NEED_RESPONSE)
)


def find_backlog(db: Connection) -> Backlog:
    """Return what waits."""
    read = db.scalar(FIND_COUNTER, {"counter": "events-read"})
    return Backlog(
        db.scalar(FIND_DUE),
        datetime.fromtimestamp(read, UTC) if read else None,
        db.scalar(COUNT_REVIEWS) or 0,
        db.scalar(FIND_DISPUTE),
    )
