"""Orders by what is to be done with them, the oldest paid one first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, or_, select, text, union

from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.copy_store import to_copies
from bookshop.fulfilment.label import Label, find_label
from bookshop.fulfilment.order_conditions import (
    HAS_IN_STOCK,
    HAS_PACKED,
    HAS_READY,
    HAS_TO_ORDER,
    MAY_LEAVE,
    WAS_PAID_BEFORE,
)
from bookshop.orders.order import Delivery
from bookshop.orders.order_list import ASKED_ABOUT, LIST_ORDERS, OrderSummary, to_summary
from bookshop.orders.order_state import DisputeStage
from bookshop.schema import order_copies, order_lines, orders, refunds, shopper_requests
from bookshop.schema.columns import TIMESTAMP


class Work(StrEnum):
    """What is to be done with an order."""

    TO_ORDER = "to_order"
    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    TO_COLLECT = "to_collect"
    TO_REVIEW = "to_review"


# as the partial index has it, so that SQLite uses it
MAY_NEED_REVIEW = text(
    "(orders.review_reason <> '' OR orders.dispute NOT IN ('', 'won', 'warning_closed', 'prevented')"
    " OR orders.fraud_warning <> '')"
)
# https://docs.stripe.com/api/disputes/object#dispute_object-status
NEED_RESPONSE = ("needs_response", "warning_needs_response")

WITH_LINES = order_copies.join(
    order_lines,
    (order_lines.c.order_id == order_copies.c.order_id) & (order_lines.c.position == order_copies.c.position),
)
IS_ON_SALE = or_(
    order_lines.c.not_before.is_(None), order_lines.c.not_before <= bindparam("now", type_=TIMESTAMP)
)


def _with_copies(*conditions: Any) -> Select[Any]:
    """Return the ids of orders with such copies."""
    return select(order_copies.c.order_id).where(*conditions)


def _list_orders(found: Any, *conditions: Any) -> Select[Any]:
    """Return those of these orders whose copies may leave the shop."""
    return LIST_ORDERS.where(orders.c.id.in_(found), MAY_LEAVE, *conditions)


IS_OPEN = exists().where(
    order_copies.c.order_id == orders.c.id,
    order_copies.c.to_order + order_copies.c.in_stock + order_copies.c.packed + order_copies.c.ready > 0,
)
# what is warned of, or was lost, matters until the copies have left; old ones have long left the shop
_DOUBTED = select(orders.c.id).where(
    MAY_NEED_REVIEW,
    or_(
        orders.c.review_reason != "",
        orders.c.dispute.in_(NEED_RESPONSE),
        (orders.c.fraud_warning != "") & IS_OPEN,
        (orders.c.dispute == DisputeStage.LOST) & IS_OPEN & ~WAS_PAID_BEFORE,
    ),
)
# a refund that was made at Stripe asks what becomes of its copies, unless all were cancelled or came back
_HAS_COPIES = exists().where(
    order_copies.c.order_id == refunds.c.order_id,
    order_copies.c.to_order
    + order_copies.c.in_stock
    + order_copies.c.packed
    + order_copies.c.ready
    + order_copies.c.shipped
    + order_copies.c.collected
    > 0,
)
# as the partial index has it, so that SQLite uses it
REFUND_NEEDS_REVIEW = and_(text("refunds.needs_review"), or_(refunds.c.status == "failed", _HAS_COPIES))
_REFUNDED = select(refunds.c.order_id).where(REFUND_NEEDS_REVIEW)
TO_REVIEW = (ASKED_ABOUT, _DOUBTED, _REFUNDED)
REVIEWED_SINCE = (shopper_requests.c.received_at, orders.c.placed_at, refunds.c.requested_at)
STATEMENTS: dict[Work, Select[Any]] = {
    Work.TO_ORDER: _list_orders(_with_copies(HAS_TO_ORDER)),
    Work.TO_PACK: _list_orders(_with_copies(HAS_IN_STOCK)),
    Work.TO_SHIP: _list_orders(
        _with_copies(HAS_PACKED, IS_ON_SALE).select_from(WITH_LINES), orders.c.delivery == Delivery.DELIVER
    ),
    Work.TO_COLLECT: _list_orders(
        _with_copies(HAS_PACKED).union(_with_copies(HAS_READY)), orders.c.delivery == Delivery.COLLECT
    ),
    Work.TO_REVIEW: LIST_ORDERS.where(orders.c.id.in_(union(*TO_REVIEW))),
}
OLDEST_FIRST = (orders.c.paid_at, orders.c.placed_at, orders.c.id)


def list_work(db: Connection, work: Work, now: datetime, limit: int | None = None) -> list[OrderSummary]:
    """Return the orders with which this is to be done."""
    statement = STATEMENTS[work].order_by(None).order_by(*OLDEST_FIRST).limit(limit)
    values = {"now": now} if work is Work.TO_SHIP else {}
    return [to_summary(row) for row in db.execute(statement, values)]


LIST_COPIES_OF_ORDERS = (
    select(order_copies, orders.c.delivery)
    .join(orders)
    .where(order_copies.c.order_id.in_(bindparam("order_ids", expanding=True)))
)


def list_labels(db: Connection, order_ids: Iterable[str]) -> dict[str, Label]:
    """Return the labels of those of these orders that are paid, by their ids."""
    copies: defaultdict[tuple[str, str], list[LineCopies]] = defaultdict(list)
    for row in db.execute(LIST_COPIES_OF_ORDERS, {"order_ids": list(order_ids)}):
        copies[row.order_id, row.delivery].append(to_copies(row))
    return {
        order_id: label
        for (order_id, delivery), lines in copies.items()
        if (label := find_label(lines, Delivery(delivery)))
    }
