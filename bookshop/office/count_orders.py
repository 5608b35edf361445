"""Counting orders that have certain copies, up to a limit: beyond it "200+" is shown."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from bookshop.fulfilment.order_conditions import MAY_LEAVE
from bookshop.schema import order_copies, orders

# so many more copies than the limit are counted without their orders: a few of these may not leave
MARGIN = 50


def with_copies(*conditions: Any) -> Select[Any]:
    """Return the numbers and ids of orders with such copies."""
    # the numbers first, as the partial indexes have them: else SQLite reads all copies to list orders once
    return (
        select(order_copies.c.order_number.label("key"), order_copies.c.order_id.label("id"))
        .where(*conditions)
        .distinct()
    )


def may_leave(found: Select[Any]) -> Select[Any]:
    """Return those of these orders that may leave the shop."""
    return found.join(orders).where(MAY_LEAVE)


def count_with_copies(limit: int, *conditions: Any) -> ColumnElement[int]:
    """Return how many orders with such copies may leave; above the limit, one more than it."""
    found = with_copies(*conditions)
    is_above = count_rows(found, limit + MARGIN + 1) > limit + MARGIN
    return case((is_above, limit + 1), else_=count_rows(may_leave(found), limit + 1))


def count_rows(statement: Select[Any], limit: int) -> ColumnElement[int]:
    """Return how many rows there are, up to a limit."""
    return select(func.count()).select_from(statement.limit(limit).subquery()).scalar_subquery()
