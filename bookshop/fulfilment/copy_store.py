"""Storing where the copies of an order are."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.orders.order import Order
from bookshop.orders.store import group_by_order
from bookshop.schema import order_copies

ADD_COPIES = order_copies.insert()


def add_copies(db: Connection, order: Order, copies: Iterable[LineCopies]) -> None:
    """Write where the copies of an order are when it is paid."""
    db.execute(
        ADD_COPIES,
        [
            {
                "order_id": order.id,
                "order_number": order.number,
                "delivery": order.delivery,
                "position": line.position,
                "isbn": line.isbn,
                "not_before": order.lines[line.position].not_before,
                **_changing_values(line),
            }
            for line in copies
        ],
    )


SET_COPIES = (
    order_copies.update()
    .where(
        order_copies.c.order_id == bindparam("key_order"),
        order_copies.c.position == bindparam("key_position"),
    )
    .values({name: bindparam(name) for name in (*CopyState, "expected_at")})
)


def set_copies(db: Connection, order_id: str, copies: Iterable[LineCopies]) -> None:
    """Write where the copies of these lines are, and when the others are promised."""
    rows = [
        {"key_order": order_id, "key_position": line.position, **_changing_values(line)} for line in copies
    ]
    if rows:
        db.execute(SET_COPIES, rows)


def _changing_values(line: LineCopies) -> dict[str, int | datetime | None]:
    return {"expected_at": line.expected_at, **{state.value: line.count(state) for state in CopyState}}


LIST_COPIES = (
    select(order_copies)
    .where(order_copies.c.order_id == bindparam("order_id"))
    .order_by(order_copies.c.position)
)


def list_copies(db: Connection, order_id: str) -> tuple[LineCopies, ...]:
    """Return where the copies of an order are, by line; empty before it is paid."""
    return tuple(to_copies(row) for row in db.execute(LIST_COPIES, {"order_id": order_id}))


LIST_COPIES_OF_ORDERS = (
    select(order_copies)
    .where(order_copies.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(order_copies.c.position)
)


def list_copies_of(db: Connection, order_ids: Iterable[str]) -> dict[str, tuple[LineCopies, ...]]:
    """Return where the copies of those of these orders that are paid are, by order and line."""
    rows = db.execute(LIST_COPIES_OF_ORDERS, {"order_ids": pad_values(order_ids)})
    return {order_id: tuple(map(to_copies, copies)) for order_id, copies in group_by_order(rows).items()}


def to_copies(row: AnyRow) -> LineCopies:
    """Return the copies of a row of `order_copies`."""
    counts = {state: row._mapping[state.value] for state in CopyState}
    return LineCopies(row.position, row.isbn, counts, row.expected_at)
