"""Reading lists of orders: a page of their ids, and how many there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union,
    union_all,
)

from bookshop.fulfilment.order_conditions import (
    HAS_IN_STOCK,
    HAS_PACKED,
    HAS_READY,
    HAS_TO_ORDER,
    MAY_LEAVE,
)
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.work_list import TO_REVIEW
from bookshop.mail.mail import MailState
from bookshop.mail.mail_list import NOT_SENT
from bookshop.office.work.order_list import MAX_CHOSEN, NUMBERED, Filter, ListName, Question
from bookshop.orders.order import Delivery, PaymentState
from bookshop.schema import mails, order_copies, orders, timeline
from bookshop.schema.columns import TIMESTAMP

NOW = bindparam("now", type_=TIMESTAMP)
# as the partial index has it, so that SQLite uses it
IS_DATED = text(
    "order_copies.not_before IS NOT NULL"
    " AND order_copies.to_order + order_copies.in_stock + order_copies.packed > 0"
)
IS_ON_SALE = or_(order_copies.c.not_before.is_(None), order_copies.c.not_before <= NOW)

# the order after which a page begins
earlier, others = orders.alias("earlier"), order_copies.alias("others")
AFTER = bindparam("after", type_=String)
_AFTER_NUMBER = select(earlier.c.number).where(earlier.c.id == AFTER).scalar_subquery()
_AFTER_MOMENT = select(earlier.c.placed_at).where(earlier.c.id == AFTER).scalar_subquery()


class Found(NamedTuple):
    """Ids of orders, and whether more follow."""

    order_ids: list[str]
    has_more: bool


def _with_copies(*conditions: Any) -> Select[Any]:
    """Return the numbers and ids of orders with such copies, which may leave the shop."""
    return (
        select(order_copies.c.order_number.label("key"), order_copies.c.order_id.label("id"))
        .join(orders)
        .where(*conditions, MAY_LEAVE)
        .distinct()
    )


def _paid_or_not(*conditions: Any) -> Select[Any]:
    return select(orders.c.placed_at.label("key"), orders.c.id).where(*conditions)


_MAIL_FAILED = select(mails.c.order_id).where(
    NOT_SENT, mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN])
)
CANDIDATES: Mapping[ListName, Select[Any]] = {
    ListName.TO_PACK: _with_copies(HAS_IN_STOCK),
    ListName.TO_ORDER: _with_copies(HAS_TO_ORDER),
    ListName.WAITING: _with_copies(IS_DATED, order_copies.c.not_before > NOW),
    ListName.TO_SHIP: _with_copies(HAS_PACKED, IS_ON_SALE, orders.c.delivery == Delivery.DELIVER),
    ListName.TO_MAKE_READY: _with_copies(HAS_PACKED, IS_ON_SALE, orders.c.delivery == Delivery.COLLECT),
    ListName.READY: _with_copies(HAS_READY),
    ListName.REVIEW: _paid_or_not(orders.c.id.in_(union(*TO_REVIEW, _MAIL_FAILED))),
    ListName.ALL: select(orders.c.number.label("key"), orders.c.id).where(orders.c.number > 0),
    ListName.UNPAID: _paid_or_not(orders.c.payment.in_([PaymentState.OPEN, PaymentState.PROCESSING])),
    ListName.CANCELLED: _paid_or_not(orders.c.payment == PaymentState.CANCELLED),
}
FILTERS: Mapping[Filter, ColumnElement[bool]] = {
    Filter.DELIVER: orders.c.delivery == Delivery.DELIVER,
    Filter.COLLECT: orders.c.delivery == Delivery.COLLECT,
    Filter.WHOLE: ~exists().where(
        others.c.order_id == orders.c.id, or_(others.c.to_order > 0, others.c.not_before > NOW)
    ),
}


def list_order_ids(db: Connection, question: Question, now: datetime) -> Found:
    """Return the ids of a page of a list: of what is to be packed the oldest first, else the newest."""
    statement = _sorted(question).limit(question.limit + 1)
    rows = db.execute(statement, {"after": question.after, "now": now}).all()
    return Found([row.id for row in rows[: question.limit]], len(rows) > question.limit)


def _sorted(question: Question) -> Select[Any]:
    statement = _filtered(CANDIDATES[question.name], question.filter)
    key = statement.selected_columns.key
    if question.name not in NUMBERED:
        if question.after:
            statement = statement.where(tuple_(key, orders.c.id) < tuple_(_AFTER_MOMENT, AFTER))
        return statement.order_by(key.desc(), orders.c.id.desc())
    if question.name is ListName.TO_PACK:
        return (statement.where(key > _AFTER_NUMBER) if question.after else statement).order_by(key)
    return (statement.where(key < _AFTER_NUMBER) if question.after else statement).order_by(key.desc())


def _filtered(statement: Select[Any], chosen: Filter) -> Select[Any]:
    return statement.where(FILTERS[chosen]) if chosen in FILTERS else statement


def count_lists(db: Connection, names: Iterable[ListName], now: datetime) -> dict[ListName, int]:
    """Return how many orders these lists have, and one more than MAX_CHOSEN for any above that."""
    counted = [
        select(literal(name.value).label("name"), func.count().label("orders")).select_from(
            CANDIDATES[name].limit(MAX_CHOSEN + 1).subquery()
        )
        for name in names
    ]
    return {ListName(row.name): row.orders for row in db.execute(union_all(*counted), {"now": now})}


def count_filters(
    db: Connection, name: ListName, filters: Iterable[Filter], now: datetime
) -> dict[Filter, int]:
    """Return how many orders each filter of a list leaves, and one more than MAX_CHOSEN likewise."""
    counted = [
        select(literal(chosen.value).label("name"), func.count().label("orders")).select_from(
            _filtered(CANDIDATES[name], chosen).limit(MAX_CHOSEN + 1).subquery()
        )
        for chosen in filters
    ]
    if not counted:
        return {}
    return {Filter(row.name): row.orders for row in db.execute(union_all(*counted), {"now": now})}


NEXT_DAY_OF_SALE = select(func.min(order_copies.c.not_before)).where(
    IS_DATED, order_copies.c.not_before > NOW
)


def find_next_day_of_sale(db: Connection, now: datetime) -> datetime | None:
    """Return the next day of sale for which copies wait."""
    found: datetime | None = db.execute(NEXT_DAY_OF_SALE, {"now": now}).scalar()
    return found


_OLDEST_READY = (
    select(order_copies.c.order_id).where(HAS_READY).order_by(order_copies.c.order_number).limit(1)
)
READY_SINCE = (
    select(timeline.c.at)
    .where(timeline.c.order_id == _OLDEST_READY.scalar_subquery(), timeline.c.action == Action.READY)
    .order_by(timeline.c.version.desc())
    .limit(1)
)


def find_oldest_ready(db: Connection) -> datetime | None:
    """Return since when the oldest order that is ready to collect has been."""
    found: datetime | None = db.execute(READY_SINCE).scalar()
    return found


FIND_NEWEST = select(func.coalesce(func.max(orders.c.number), 0))


def find_newest(db: Connection) -> int:
    """Return the number of the newest order."""
    return int(db.execute(FIND_NEWEST).scalar_one())


def count_newer(db: Connection, question: Question, since: int, now: datetime) -> int:
    """Return how many orders of a numbered list came after this one, up to MAX_CHOSEN."""
    found = _filtered(CANDIDATES[question.name], question.filter)
    newer = found.where(found.selected_columns.key > literal(since, Integer)).limit(MAX_CHOSEN)
    return int(db.execute(select(func.count()).select_from(newer.subquery()), {"now": now}).scalar_one())
