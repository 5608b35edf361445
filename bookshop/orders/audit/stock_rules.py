"""Stock: what is on hand and reserved agrees with the stock movements and with the orders."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, literal, select

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.orders.order import PaymentState
from bookshop.schema import books, order_copies, order_lines, orders, stock, stock_movements

# the kinds of movements that reserve copies, and those that end it; "sold" is of orders paid before
RESERVING = {
    "reserved": 1,
    "assigned": 1,
    "unpacked": 1,
    "released": -1,
    "unsold": -1,
    "unassigned": -1,
    "packed": -1,
    "sold": -1,
}


def signed_quantity(**signs: int) -> ColumnElement[int]:
    """Return the quantity of a movement with the sign of its kind, 0 for other kinds."""
    kind, quantity = stock_movements.c.kind, stock_movements.c.quantity
    return case(*((kind == name, quantity * sign) for name, sign in signs.items()), else_=0)


def _sum_movements(**signs: int) -> ColumnElement[int]:
    return func.coalesce(func.sum(signed_quantity(**signs)), 0)


def _compare_with_movements(column: ColumnElement[int], moved: ColumnElement[int]) -> Select[Any]:
    """Return the books whose stock differs from the sum of its movements."""
    found = func.coalesce(column, 0)
    every_movement = books.outerjoin(stock).outerjoin(stock_movements, stock_movements.c.isbn == books.c.isbn)
    return (
        select(books.c.isbn.label("subject"), moved.label("expected"), found.label("found"))
        .select_from(every_movement)
        .group_by(books.c.isbn, column)
        .having(moved != found)
        .order_by(books.c.isbn)
    )


ON_HAND = _compare_with_movements(
    stock.c.on_hand,
    _sum_movements(received=1, returned=1, counted=1, unpacked=1, unreceived=-1, packed=-1, sold=-1),
)


def find_wrong_on_hand(db: Connection) -> Iterator[Violation]:
    """Find books whose copies on hand differ from those received, returned, counted and packed."""
    return list_violations(db, "on_hand", ON_HAND)


RESERVED_MOVEMENTS = _compare_with_movements(stock.c.reserved, _sum_movements(**RESERVING))


def find_reservations_without_movements(db: Connection) -> Iterator[Violation]:
    """Find books whose reserved copies differ from those reserved, released and packed."""
    return list_violations(db, "reserved_movements", RESERVED_MOVEMENTS)


def _compare_with_orders(column: ColumnElement[int], copies: FromClause) -> Select[Any]:
    """Return the books whose stock differs from the sum of the `copies` of orders."""
    wanted = select(copies.c.isbn, func.sum(copies.c.copies).label("sum")).group_by(copies.c.isbn).subquery()
    expected, found = func.coalesce(wanted.c.sum, 0), func.coalesce(column, 0)
    return (
        select(books.c.isbn.label("subject"), expected.label("expected"), found.label("found"))
        .select_from(books.outerjoin(stock).outerjoin(wanted, wanted.c.isbn == books.c.isbn))
        .where(expected != found)
        .order_by(books.c.isbn)
    )


# of paid orders, what is not packed yet
_TO_PACK = select(
    order_copies.c.order_id, order_copies.c.isbn, order_copies.c.in_stock.label("copies")
).where(order_copies.c.in_stock > 0)
PAID_COPIES = _compare_with_orders(stock.c.paid, _TO_PACK.subquery())


def find_wrong_paid(db: Connection) -> Iterator[Violation]:
    """Find books whose paid copies on the shelf differ from those that wait to be packed."""
    return list_violations(db, "paid_copies", PAID_COPIES)


FROM_SHELF = order_lines.c.quantity - order_lines.c.to_order
# unpaid orders reserve what they take from the shelf
_OF_ORDERS = (
    select(order_lines.c.order_id, order_lines.c.isbn, FROM_SHELF.label("copies"))
    .join(orders)
    .where(orders.c.payment.in_([PaymentState.OPEN, PaymentState.PROCESSING]))
    .union_all(_TO_PACK)
    .subquery()
)
RESERVED = _compare_with_orders(stock.c.reserved, _OF_ORDERS)


def find_reservations_without_orders(db: Connection) -> Iterator[Violation]:
    """Find books whose reserved copies differ from those that orders wait for."""
    return list_violations(db, "reserved", RESERVED)


_EXPECTED_AND_FOUND = (
    select(
        stock_movements.c.order_id,
        stock_movements.c.isbn,
        literal(0).label("expected"),
        signed_quantity(**RESERVING).label("found"),
    )
    .where(stock_movements.c.order_id != "")
    .union_all(select(_OF_ORDERS.c.order_id, _OF_ORDERS.c.isbn, _OF_ORDERS.c.copies, literal(0)))
    .subquery()
)
_SUM_EXPECTED = func.sum(_EXPECTED_AND_FOUND.c.expected)
_SUM_FOUND = func.sum(_EXPECTED_AND_FOUND.c.found)
_KEY = (_EXPECTED_AND_FOUND.c.order_id, _EXPECTED_AND_FOUND.c.isbn)
ORDER_RESERVATIONS = (
    select(*_KEY, _SUM_EXPECTED.label("expected"), _SUM_FOUND.label("found"))
    .group_by(*_KEY)
    .having(_SUM_EXPECTED != _SUM_FOUND)
    .order_by(*_KEY)
)


def find_wrong_order_movements(db: Connection) -> Iterator[Violation]:
    """Find orders whose movements have not reserved what they wait for."""
    return (
        Violation("movements", row.order_id, f"{row.expected} reserved of {row.isbn}", str(row.found))
        for row in db.execute(ORDER_RESERVATIONS)
    )
