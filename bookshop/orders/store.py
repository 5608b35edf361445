"""Writing and reading orders with their lines."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select

from bookshop.addresses.address import Address
from bookshop.database import AnyRow
from bookshop.database.pad_values import pad_values
from bookshop.orders.attempt_store import add_attempt
from bookshop.orders.order import Order
from bookshop.orders.order_row import line_values, order_values, recipient_values, to_order
from bookshop.orders.payment_attempt import AttemptState
from bookshop.orders.term_store import add_terms, change_terms
from bookshop.schema import order_lines, orders, payment_attempts

ADD_ORDER = orders.insert()
ADD_LINES = order_lines.insert()


def add_order(db: Connection, order: Order) -> None:
    """Write an order with its lines, first attempt to pay, and terms by which it is found."""
    db.execute(ADD_ORDER, order_values(order))
    add_attempt(db, order.id, order.attempt)
    lines = [line_values(order.id, position, line) for position, line in enumerate(order.lines)]
    db.execute(ADD_LINES, lines)
    add_terms(db, order)


SET_RECIPIENT = orders.update().where(orders.c.id == bindparam("order_id"))


def set_recipient(db: Connection, order: Order, name: str, address: Address) -> None:
    """Write to whom and where an order goes, and the terms by which it is found then."""
    changed = replace(order, name=name, address=address)
    db.execute(SET_RECIPIENT.values(recipient_values(changed)), {"order_id": order.id})
    change_terms(db, order, changed)


# one statement, so that the order and its attempt are of the same moment
ORDERS = select(orders, payment_attempts).join(
    payment_attempts,
    (payment_attempts.c.order_id == orders.c.id) & (payment_attempts.c.state != AttemptState.CLOSED),
)
FIND_BY_TOKEN = ORDERS.where(orders.c.token == bindparam("token"))


def find_order(db: Connection, token: str) -> Order | None:
    """Return the order with this token."""
    return _read_order(db, FIND_BY_TOKEN, token=token)


FIND_BY_ID = ORDERS.where(orders.c.id == bindparam("order_id"))


def find_order_by_id(db: Connection, order_id: str) -> Order | None:
    """Return the order with this id."""
    return _read_order(db, FIND_BY_ID, order_id=order_id)


FIND_ORDER_ID = select(orders.c.id).where(orders.c.number == bindparam("number", type_=Integer))


def find_order_id(db: Connection, number: int | None) -> str | None:
    """Return the id of the order with this number."""
    return db.execute(FIND_ORDER_ID, {"number": number}).scalar()


# PostgreSQL would read the attempt as it was before it waited for the lock
LOCK_BY_ID = select(orders.c.id).where(orders.c.id == bindparam("order_id")).with_for_update()


def lock_order(db: Connection, order_id: str) -> Order:
    """Return the order and lock it until the transaction ends; raises LookupError."""
    db.execute(LOCK_BY_ID, {"order_id": order_id})
    order = find_order_by_id(db, order_id)
    if order is None:
        raise LookupError(order_id)
    return order


FIND_LINES = (
    select(order_lines)
    .where(order_lines.c.order_id == bindparam("order_id"))
    .order_by(order_lines.c.position)
)


def _read_order(db: Connection, statement: Any, **values: str) -> Order | None:
    row = db.execute(statement, values).first()
    if row is None:
        return None
    return to_order(row, db.execute(FIND_LINES, {"order_id": row.id}).all())


LIST_BY_NUMBER = ORDERS.where(orders.c.number.in_(bindparam("numbers", expanding=True)))
LIST_LINES = (
    select(order_lines)
    .where(order_lines.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(order_lines.c.position)
)


def list_orders_by_number(db: Connection, numbers: Sequence[int]) -> list[Order]:
    """Return the orders with these numbers, in this order, without those that do not exist."""
    rows = {row.number: row for row in db.execute(LIST_BY_NUMBER, {"numbers": pad_values(numbers)})}
    ids = pad_values(row.id for row in rows.values())
    lines = group_by_order(db.execute(LIST_LINES, {"order_ids": ids}))
    return [to_order(row, lines[row.id]) for number in numbers if (row := rows.get(number))]


def group_by_order(rows: Iterable[AnyRow]) -> defaultdict[str, list[AnyRow]]:
    """Return rows by the ids of their orders."""
    found: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found
