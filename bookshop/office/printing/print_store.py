"""Read the orders that are printed, and the shelves of their books."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.copy_store import to_copies
from bookshop.office.printing.shelf import Shelf, find_shelf
from bookshop.orders.order import Order
from bookshop.orders.order_row import to_order
from bookshop.orders.store import ORDERS
from bookshop.schema import books, order_copies, order_lines, orders


@dataclass(frozen=True, slots=True)
class PrintedOrder:
    """A paid order, and where its copies are, line by line."""

    order: Order
    copies: tuple[LineCopies, ...]


FIND_ORDERS = ORDERS.where(orders.c.number.in_(bindparam("numbers", expanding=True)))
LIST_LINES = (
    select(order_lines)
    .where(order_lines.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(order_lines.c.position)
)
LIST_LINE_COPIES = (
    select(order_copies)
    .where(order_copies.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(order_copies.c.position)
)


def list_printed_orders(db: Connection, numbers: Sequence[int]) -> list[PrintedOrder]:
    """Return the orders with these numbers, in this order, without those that do not exist."""
    rows = {row.number: row for row in db.execute(FIND_ORDERS, {"numbers": list(numbers)})}
    ids = {"order_ids": [row.id for row in rows.values()]}
    lines = _by_order(db.execute(LIST_LINES, ids))
    copies = _by_order(db.execute(LIST_LINE_COPIES, ids))
    return [
        PrintedOrder(to_order(row, lines[row.id]), tuple(map(to_copies, copies[row.id])))
        for number in numbers
        if (row := rows.get(number))
    ]


def _by_order(rows: Iterable[AnyRow]) -> defaultdict[str, list[AnyRow]]:
    found: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


LIST_CATEGORIES = select(books.c.isbn, books.c.category, books.c.byline).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True))
)


def find_shelves(db: Connection, printed: Iterable[PrintedOrder]) -> dict[str, Shelf]:
    """Return the shelves of the books of these orders by ISBN."""
    isbns = {line.isbn for each in printed for line in each.order.lines}
    found = db.execute(LIST_CATEGORIES, {"isbns": sorted(isbns)})
    return {row.isbn: find_shelf(row.category, row.byline) for row in found}
