"""Storing the terms by which orders are found, and finding orders by them, the newest first.

The index is a walk along `order_terms`, whose key is the term and the moment at which the order was placed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal, select, union_all

from bookshop.database.pad_values import pad_values
from bookshop.orders.order import Order
from bookshop.orders.search_terms import list_terms
from bookshop.schema import order_terms

# a word that more orders have is looked up among the newest of these
MAX_ORDERS_OF_TERM = 2000
# of the orders with words that begin as the last one typed
MAX_ORDERS_OF_PREFIX = 500
MIN_PREFIX_CHARS = 3
LAST_CHARACTER = chr(0x10FFFF)

ADD_TERMS = order_terms.insert()
REMOVE_TERM = order_terms.delete().where(
    *(order_terms.c[name] == bindparam(f"old_{name}") for name in ("term", "placed_at", "order_id"))
)


def add_terms(db: Connection, order: Order) -> None:
    """Write the terms of a new order."""
    db.execute(ADD_TERMS, _rows(order, list_terms(order)))


def change_terms(db: Connection, before: Order, after: Order) -> None:
    """Write the terms of an order of which the name or the email address was changed."""
    old, new = set(list_terms(before)), set(list_terms(after))
    if removed := sorted(old - new):
        rows = _rows(before, removed)
        db.execute(REMOVE_TERM, [{f"old_{name}": value for name, value in row.items()} for row in rows])
    if added := sorted(new - old):
        db.execute(ADD_TERMS, _rows(after, added))


def _rows(order: Order, terms: Iterable[str]) -> list[dict[str, Any]]:
    return [{"term": term, "placed_at": order.placed_at, "order_id": order.id} for term in terms]


def find_by_terms(db: Connection, terms: Sequence[str], limit: int) -> list[str]:
    """Return the ids of orders that have all of these terms, the newest first.

    If there are none, the last term may also be the beginning of one.
    """
    if not terms:
        return []
    *others, last = terms
    # one term needs no count: a common one is found at once
    counts = count_orders(db, terms) if others else {last: 1}
    if not all(counts[term] for term in others):
        return []
    rarest = min(terms, key=counts.__getitem__)
    rest = [term for term in terms if term != rarest]
    found = _list_ids(db, _newest_with(rarest), rest, limit) if counts[last] else []
    if found or len(last) < MIN_PREFIX_CHARS:
        return found
    return _list_ids(db, _begins_with(last), others, limit)


def find_by_any_term(db: Connection, terms: Sequence[str], limit: int) -> list[str]:
    """Return the ids of orders that have one of these terms, the newest first."""
    if not terms:
        return []
    newest = [select(_newest_with(term, limit).subquery()) for term in pad_values(terms)]
    return _list_ids(db, union_all(*newest), (), limit)


def _begins_with(prefix: str) -> Select[Any]:
    return (
        select(order_terms.c.order_id, order_terms.c.placed_at)
        .where(order_terms.c.term >= prefix, order_terms.c.term < prefix + LAST_CHARACTER)
        .limit(MAX_ORDERS_OF_PREFIX)
    )


def _newest_with(term: str, limit: int = MAX_ORDERS_OF_TERM) -> Select[Any]:
    return (
        select(order_terms.c.order_id, order_terms.c.placed_at)
        .where(order_terms.c.term == literal(term))
        .order_by(order_terms.c.placed_at.desc())
        .limit(literal(limit, Integer))
    )


def _list_ids(db: Connection, orders_found: Any, others: Sequence[str], limit: int) -> list[str]:
    """Return the newest of these orders that have the other terms too."""
    found = orders_found.subquery("found")
    statement = (
        select(found.c.order_id)
        .distinct()
        .add_columns(found.c.placed_at)
        .order_by(found.c.placed_at.desc(), found.c.order_id)
        .limit(literal(limit, Integer))
    )
    if others:
        # counted, not joined: PostgreSQL takes 30 ms to plan joins for nine terms
        other = order_terms.alias("other")
        count = select(func.count()).where(
            other.c.term.in_(pad_values(others)),
            other.c.placed_at == found.c.placed_at,
            other.c.order_id == found.c.order_id,
        )
        statement = statement.where(count.scalar_subquery() == len(others))
    return [row.order_id for row in db.execute(statement)]


def count_orders(db: Connection, terms: Sequence[str]) -> dict[str, int]:
    """Return how many orders have each of these terms, up to MAX_ORDERS_OF_TERM."""
    counts = [
        select(func.count()).select_from(_any_with(term).subquery()).scalar_subquery().label(f"count_{place}")
        for place, term in enumerate(terms)
    ]
    return dict(zip(terms, db.execute(select(*counts)).one(), strict=True))


def _any_with(term: str) -> Select[Any]:
    return (
        select(order_terms.c.order_id)
        .where(order_terms.c.term == literal(term))
        .limit(literal(MAX_ORDERS_OF_TERM, Integer))
    )
