"""Books that paid orders wait for, and whether they were ordered from a supplier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Integer, bindparam, select

from bookshop.database import AnyRow
from bookshop.fulfilment.order_conditions import HAS_TO_ORDER, MAY_LEAVE
from bookshop.schema import book_details, books, order_copies, orders
from bookshop.schema.columns import TIMESTAMP


class WaitingOrder(NamedTuple):
    """An order that waits for copies of a book."""

    id: str
    number: int
    name: str
    copies: int
    paid_at: datetime
    expected_at: datetime | None
    ordered_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A book that paid orders wait for, the oldest order first."""

    isbn: str
    title: str
    byline: str
    publisher: str
    category: str
    supplier: str
    orders: tuple[WaitingOrder, ...]

    @property
    def copies(self) -> int:
        return sum(order.copies for order in self.orders)

    @property
    def expected_at(self) -> datetime | None:
        """When the first of the copies is promised."""
        return min((order.expected_at for order in self.orders if order.expected_at), default=None)


LIST_TO_ORDER = (
    select(
        books.c.isbn,
        books.c.title,
        books.c.byline,
        books.c.publisher,
        books.c.category,
        book_details.c.supplier,
        orders.c.id,
        orders.c.number,
        orders.c.name,
        order_copies.c.to_order,
        orders.c.paid_at,
        order_copies.c.expected_at,
        order_copies.c.ordered_at,
    )
    .select_from(order_copies)
    .join(orders)
    .join(books, books.c.isbn == order_copies.c.isbn)
    .join(book_details, book_details.c.isbn == books.c.isbn, isouter=True)
    .where(HAS_TO_ORDER, MAY_LEAVE)
    # as the partial index has them
    .order_by(order_copies.c.order_number, order_copies.c.order_id)
    .limit(bindparam("most", type_=Integer))
)


def list_waited_for(db: Connection, limit: int) -> list[WaitedFor]:
    """Return the books that the oldest paid orders wait for, by at most so many lines."""
    by_book: dict[str, list[AnyRow]] = {}
    for row in db.execute(LIST_TO_ORDER, {"most": limit}):
        by_book.setdefault(row.isbn, []).append(row)
    return [_to_waited_for(rows) for rows in by_book.values()]


def _to_waited_for(rows: Sequence[AnyRow]) -> WaitedFor:
    isbn, title, byline, publisher, category, supplier, *_ = rows[0]
    waiting = tuple(WaitingOrder(*row[6:]) for row in rows)
    return WaitedFor(isbn, title, byline, publisher, category, supplier or "", waiting)


MARK_ORDERED = (
    order_copies.update()
    .where(
        order_copies.c.order_id == bindparam("waiting_order"),
        order_copies.c.isbn == bindparam("waited_for"),
        order_copies.c.ordered_at.is_(None),
    )
    .values(ordered_at=bindparam("now", type_=TIMESTAMP))
)


def mark_ordered(db: Connection, supplier: str, until: datetime, limit: int, now: datetime) -> None:
    """Remember that a supplier's copies were ordered, for orders that were paid until then."""
    lines = [
        {"waiting_order": order.id, "waited_for": book.isbn, "now": now}
        for book in list_waited_for(db, limit)
        if book.supplier == supplier
        for order in book.orders
        if order.paid_at <= until and not order.ordered_at
    ]
    if lines:
        db.execute(MARK_ORDERED, lines)
