"""Copies of paid orders: they agree with the lines, the parcels and the stock movements."""

from collections.abc import Iterator

from sqlalchemy import Connection, String, func, literal, or_, select, union_all

from bookshop.orders.audit.stock_rules import signed_quantity
from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.orders.order import PaymentState
from bookshop.schema import order_copies, order_lines, orders, parcel_copies, stock_movements, timeline

COPIES = order_copies.c
OFF_THE_SHELF = COPIES.packed + COPIES.ready + COPIES.shipped + COPIES.collected
ALL_COPIES = OFF_THE_SHELF + COPIES.to_order + COPIES.in_stock + COPIES.cancelled + COPIES.returned

_PAID_LINES = (
    select(
        order_lines.c.order_id,
        order_lines.c.position,
        order_lines.c.isbn,
        order_lines.c.quantity.label("ordered"),
        literal(0).label("copies"),
    )
    .join(orders)
    .where(orders.c.payment == PaymentState.PAID)
)
_LINES = union_all(
    _PAID_LINES, select(COPIES.order_id, COPIES.position, COPIES.isbn, literal(0), ALL_COPIES)
).subquery()
_ORDERED, _FOUND = func.sum(_LINES.c.ordered), func.sum(_LINES.c.copies)
LINE_COPIES = (
    select(
        (_LINES.c.order_id + literal(" ", String) + _LINES.c.isbn).label("subject"),
        _ORDERED.label("expected"),
        _FOUND.label("found"),
    )
    .group_by(_LINES.c.order_id, _LINES.c.position, _LINES.c.isbn)
    .having(_ORDERED != _FOUND)
    .order_by(_LINES.c.order_id, _LINES.c.position, _LINES.c.isbn)
)


def find_wrong_copies(db: Connection) -> Iterator[Violation]:
    """Find lines that have other copies than were paid."""
    return list_violations(db, "copies", LINE_COPIES)


_PARCELS = union_all(
    select(
        COPIES.order_id,
        COPIES.position,
        COPIES.shipped,
        COPIES.returned,
        literal(0).label("sent"),
    ).where(COPIES.shipped + COPIES.returned > 0),
    select(
        parcel_copies.c.order_id,
        parcel_copies.c.position,
        literal(0),
        literal(0),
        parcel_copies.c.quantity,
    ),
).subquery()
_SHIPPED, _SENT = func.sum(_PARCELS.c.shipped), func.sum(_PARCELS.c.sent)
# those that came back were in parcels, or were collected
PARCEL_COPIES = (
    select(_PARCELS.c.order_id.label("subject"), _SHIPPED.label("expected"), _SENT.label("found"))
    .group_by(_PARCELS.c.order_id, _PARCELS.c.position)
    .having(or_(_SENT < _SHIPPED, _SHIPPED + func.sum(_PARCELS.c.returned) < _SENT))
    .order_by(_PARCELS.c.order_id, _PARCELS.c.position)
)


def find_wrong_parcels(db: Connection) -> Iterator[Violation]:
    """Find orders whose parcels hold other copies than those that were shipped."""
    return list_violations(db, "parcels", PARCEL_COPIES)


# "sold" and "passed_on" are of orders that were paid before copies had states
_TAKEN = signed_quantity(packed=1, sold=1, passed_on=1, unpacked=-1, returned=-1)
_PACKED = union_all(
    select(
        COPIES.order_id,
        COPIES.isbn,
        OFF_THE_SHELF.label("gone"),
        (COPIES.cancelled + COPIES.returned).label("ended"),
        literal(0).label("taken"),
    ),
    select(
        stock_movements.c.order_id,
        stock_movements.c.isbn,
        literal(0),
        literal(0),
        _TAKEN,
    ).where(stock_movements.c.order_id != ""),
).subquery()
_GONE, _MOVED = func.sum(_PACKED.c.gone), func.sum(_PACKED.c.taken)
# cancelled and returned copies may be on the shelf again
PACKED_COPIES = (
    select(
        (_PACKED.c.order_id + literal(" ", String) + _PACKED.c.isbn).label("subject"),
        _GONE.label("expected"),
        _MOVED.label("found"),
    )
    .group_by(_PACKED.c.order_id, _PACKED.c.isbn)
    .having(or_(_MOVED < _GONE, _GONE + func.sum(_PACKED.c.ended) < _MOVED))
    .order_by(_PACKED.c.order_id, _PACKED.c.isbn)
)


def find_wrong_packing(db: Connection) -> Iterator[Violation]:
    """Find orders whose movements have not taken exactly the copies off the shelf that left it."""
    return list_violations(db, "packed_copies", PACKED_COPIES)


_ENTRIES = func.count()
TIMELINE = (
    select(
        timeline.c.order_id.label("subject"),
        _ENTRIES.label("expected"),
        func.max(timeline.c.version).label("found"),
    )
    .group_by(timeline.c.order_id)
    .having(func.max(timeline.c.version) != _ENTRIES)
    .order_by(timeline.c.order_id)
)


def find_gaps_of_timelines(db: Connection) -> Iterator[Violation]:
    """Find orders whose version is not the number of their entries."""
    return list_violations(db, "timeline", TIMELINE)
