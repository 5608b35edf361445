"""Read the orders that are printed, and the shelves of their books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.copy_store import list_copies_of
from bookshop.office.printing.shelf import Shelf, find_shelf
from bookshop.orders.order import Order
from bookshop.orders.store import list_orders_by_number
from bookshop.schema import books


@dataclass(frozen=True, slots=True)
class PrintedOrder:
    """A paid order, and where its copies are, line by line."""

    order: Order
    copies: tuple[LineCopies, ...]


def list_printed_orders(db: Connection, numbers: Sequence[int]) -> list[PrintedOrder]:
    """Return the orders with these numbers, in this order, without those that do not exist."""
    orders = list_orders_by_number(db, numbers)
    copies = list_copies_of(db, [order.id for order in orders])
    return [PrintedOrder(order, copies.get(order.id, ())) for order in orders]


LIST_CATEGORIES = select(books.c.isbn, books.c.category, books.c.byline).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True))
)


def find_shelves(db: Connection, printed: Iterable[PrintedOrder]) -> dict[str, Shelf]:
    """Return the shelves of the books of these orders by ISBN."""
    isbns = {line.isbn for each in printed for line in each.order.lines}
    found = db.execute(LIST_CATEGORIES, {"isbns": sorted(isbns)})
    return {row.isbn: find_shelf(row.category, row.byline) for row in found}
