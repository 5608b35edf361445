"""Stock: what is on hand and reserved agrees with the stock movements and with the orders."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select, union_all

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.orders.order import PaymentState
from bookshop.schema import books, order_lines, orders, stock, stock_movements


def _sum_movements(**signs: int) -> ColumnElement[int]:
    """Return the sum of a book's movements, each kind with its sign."""
    kind, quantity = stock_movements.c.kind, stock_movements.c.quantity
    signed = case(*((kind == name, quantity * sign) for name, sign in signs.items()), else_=0)
    return func.coalesce(func.sum(signed), 0)


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


ON_HAND = _compare_with_movements(stock.c.on_hand, _sum_movements(received=1, returned=1, counted=1, sold=-1))


def find_wrong_on_hand(db: Connection) -> list[Violation]:
    """Find books whose copies on hand differ from those received, returned, counted and sold."""
    return list_violations(db, "on_hand", ON_HAND)


RESERVED_MOVEMENTS = _compare_with_movements(
    stock.c.reserved, _sum_movements(reserved=1, released=-1, sold=-1)
)


def find_reservations_without_movements(db: Connection) -> list[Violation]:
    """Find books whose reserved copies differ from those reserved, released and sold."""
    return list_violations(db, "reserved_movements", RESERVED_MOVEMENTS)


FROM_SHELF = order_lines.c.quantity - order_lines.c.to_order
_BY_OPEN_ORDERS = (
    select(order_lines.c.isbn, func.sum(FROM_SHELF).label("copies"))
    .join(orders)
    .where(orders.c.payment.in_([PaymentState.OPEN, PaymentState.PROCESSING]))
    .group_by(order_lines.c.isbn)
    .subquery()
)
_EXPECTED = func.coalesce(_BY_OPEN_ORDERS.c.copies, 0)
_RESERVED = func.coalesce(stock.c.reserved, 0)
RESERVED = (
    select(books.c.isbn.label("subject"), _EXPECTED.label("expected"), _RESERVED.label("found"))
    .select_from(books.outerjoin(stock).outerjoin(_BY_OPEN_ORDERS, _BY_OPEN_ORDERS.c.isbn == books.c.isbn))
    .where(_EXPECTED != _RESERVED)
    .order_by(books.c.isbn)
)


def find_reservations_without_orders(db: Connection) -> list[Violation]:
    """Find books whose reserved copies differ from those of orders that may yet be paid."""
    return list_violations(db, "reserved", RESERVED)


def _expected_movements(kind: str, *payments: PaymentState) -> Select[Any]:
    """Return the movements of a kind that orders in these states must have made."""
    return (
        select(
            order_lines.c.order_id.label("subject"),
            order_lines.c.isbn,
            literal(kind).label("kind"),
            FROM_SHELF.label("expected"),
            literal(0).label("found"),
        )
        .join(orders)
        .where(orders.c.payment.in_(payments), FROM_SHELF > 0)
    )


_FOUND_MOVEMENTS = select(
    stock_movements.c.cause,
    stock_movements.c.isbn,
    stock_movements.c.kind,
    literal(0),
    stock_movements.c.quantity,
).where(stock_movements.c.kind.in_(["reserved", "sold", "released"]))
_EXPECTED_AND_FOUND = union_all(
    _expected_movements("reserved", *PaymentState),
    _expected_movements("sold", PaymentState.PAID),
    _expected_movements("released", PaymentState.CANCELLED),
    _FOUND_MOVEMENTS,
).subquery()
_KEY = (_EXPECTED_AND_FOUND.c.subject, _EXPECTED_AND_FOUND.c.isbn, _EXPECTED_AND_FOUND.c.kind)
_SUM_EXPECTED = func.sum(_EXPECTED_AND_FOUND.c.expected)
_SUM_FOUND = func.sum(_EXPECTED_AND_FOUND.c.found)
# a unique key allows one movement of a kind, so comparing the quantities is enough
ORDER_MOVEMENTS = (
    select(*_KEY, _SUM_EXPECTED.label("expected"), _SUM_FOUND.label("found"))
    .group_by(*_KEY)
    .having(_SUM_EXPECTED != _SUM_FOUND)
    .order_by(*_KEY)
)


def find_wrong_order_movements(db: Connection) -> list[Violation]:
    """Find orders that did not reserve, sell or release each book as their payment demands."""
    return [
        Violation("movements", row.subject, f"{row.expected} {row.kind} of {row.isbn}", str(row.found))
        for row in db.execute(ORDER_MOVEMENTS)
    ]
