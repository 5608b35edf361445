"""Reading lists of orders: a page of their ids, and how many there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)

from bookshop.fulfilment.order_conditions import (
    HAS_IN_STOCK,
    HAS_PACKED,
    HAS_READY,
    HAS_TO_ORDER,
)
from bookshop.fulfilment.timeline import Action
from bookshop.office.count_orders import count_rows, count_with_copies, may_leave, with_copies
from bookshop.office.work.order_list import MAX_CHOSEN, NUMBERED, Filter, ListName, Question
from bookshop.office.work.review_list_store import AFTER_ORDER, list_reviews
from bookshop.orders.order import Delivery, PaymentState
from bookshop.schema import order_copies, orders, timeline
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
_AFTER_NUMBER = select(earlier.c.number).where(earlier.c.id == AFTER_ORDER).scalar_subquery()
_AFTER_MOMENT = select(earlier.c.placed_at).where(earlier.c.id == AFTER_ORDER).scalar_subquery()


class Found(NamedTuple):
    """Ids of orders, and whether more follow."""

    order_ids: list[str]
    has_more: bool


COPIES: Mapping[ListName, tuple[Any, ...]] = {
    ListName.TO_PACK: (HAS_IN_STOCK,),
    ListName.TO_ORDER: (HAS_TO_ORDER,),
    ListName.WAITING: (IS_DATED, order_copies.c.not_before > NOW),
    ListName.TO_SHIP: (HAS_PACKED, IS_ON_SALE, order_copies.c.delivery == Delivery.DELIVER),
    ListName.TO_MAKE_READY: (HAS_PACKED, IS_ON_SALE, order_copies.c.delivery == Delivery.COLLECT),
    ListName.READY: (HAS_READY,),
}


def _paid_or_not(*conditions: Any) -> Select[Any]:
    return select(orders.c.placed_at.label("key"), orders.c.id).where(*conditions)


CANDIDATES: Mapping[ListName, Select[Any]] = {
    **{name: may_leave(with_copies(*conditions)) for name, conditions in COPIES.items()},
    ListName.REVIEW: list_reviews(MAX_CHOSEN + 1),
    ListName.ALL: select(orders.c.number.label("key"), orders.c.id).where(orders.c.number > 0),
    # not as parameters: PostgreSQL has one plan for all values, and most orders are paid
    ListName.UNPAID: _paid_or_not(text("orders.payment IN ('open', 'processing')")),
    ListName.CANCELLED: _paid_or_not(orders.c.payment == PaymentState.CANCELLED),
}
_IS_WHOLE = ~exists().where(
    others.c.order_id == order_copies.c.order_id, or_(others.c.to_order > 0, others.c.not_before > NOW)
)


def _is_in(name: ListName, chosen: Filter) -> ColumnElement[bool]:
    """Return the condition of a filter."""
    if chosen is Filter.ALL:
        return true()
    if chosen is Filter.WHOLE:
        return _IS_WHOLE
    # the indexes of copies have it too
    return (order_copies if name in COPIES else orders).c.delivery == chosen.value


def list_order_ids(db: Connection, question: Question, now: datetime) -> Found:
    """Return the ids of a page: the oldest first if they are to be packed, else the newest."""
    statement = page_of(question.name, question.filter, question.limit, is_later=bool(question.after))
    rows = db.execute(statement, {"after": question.after, "now": now}).all()
    return Found([row.id for row in rows[: question.limit]], len(rows) > question.limit)


# building a statement takes longer than most of them do
@cache
def page_of(name: ListName, chosen: Filter, limit: int, *, is_later: bool) -> Select[Any]:
    """Return the statement that lists a page, and one order more."""
    if name is ListName.REVIEW:
        reviews = list_reviews(limit + 1, is_later=is_later)
        return reviews.order_by(*(column.desc() for column in reviews.selected_columns)).limit(limit + 1)
    statement = _filtered(name, chosen).limit(limit + 1)
    key, order_id = statement.selected_columns
    if name not in NUMBERED:
        if is_later:
            statement = statement.where(tuple_(key, order_id) < tuple_(_AFTER_MOMENT, AFTER_ORDER))
        return statement.order_by(key.desc(), order_id.desc())
    if name is ListName.TO_PACK:
        return (statement.where(key > _AFTER_NUMBER) if is_later else statement).order_by(key)
    return (statement.where(key < _AFTER_NUMBER) if is_later else statement).order_by(key.desc())


def _filtered(name: ListName, chosen: Filter) -> Select[Any]:
    statement = CANDIDATES[name]
    return statement if chosen is Filter.ALL else statement.where(_is_in(name, chosen))


def count_lists(db: Connection, names: Iterable[ListName], now: datetime) -> dict[ListName, int]:
    """Return how many orders these lists have, and one more than MAX_CHOSEN for any above that."""
    rows = db.execute(_counts_of(tuple(names)), {"now": now})
    return {ListName(row.name): row.orders for row in rows}


@cache
def _counts_of(names: tuple[ListName, ...]) -> CompoundSelect[Any]:
    return union_all(
        *(select(literal(name.value).label("name"), _count(name).label("orders")) for name in names)
    )


def _count(name: ListName) -> ColumnElement[int]:
    if name in COPIES:
        return count_with_copies(MAX_CHOSEN, *COPIES[name])
    return count_rows(CANDIDATES[name], MAX_CHOSEN + 1)


def count_filters(
    db: Connection, name: ListName, filters: Iterable[Filter], now: datetime, count: int
) -> dict[Filter, int]:
    """Return how many orders each filter leaves of a list that was counted.

    Of more than MAX_CHOSEN, parts are not counted.
    """
    filters = tuple(filters)
    if not filters:
        return {}
    if count > MAX_CHOSEN:
        return {Filter.ALL: count}
    found = CANDIDATES[name].add_columns(*(_is_in(name, one).label(one.value) for one in filters)).subquery()
    counts = (func.count().filter(found.c[one.value]).label(one.value) for one in filters)
    row = db.execute(select(*counts), {"now": now}).one()
    return {one: row._mapping[one.value] for one in filters}


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
    found = _filtered(question.name, question.filter)
    newer = found.where(found.selected_columns.key > literal(since, Integer)).limit(MAX_CHOSEN)
    return int(db.execute(select(func.count()).select_from(newer.subquery()), {"now": now}).scalar_one())
