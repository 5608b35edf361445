"""The order list for wholesalers: paid copies that are not in stock, by supplier."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bookshop.fulfilment.copies_to_order import WaitedFor

COLUMNS = ("supplier", "isbn", "title", "author", "publisher", "copies", "orders", "promised")
# spreadsheets take a cell that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SupplierList:
    """The books to order from a supplier, and those that were; its name may be empty."""

    supplier: str
    to_order: list[WaitedFor]
    ordered: list[WaitedFor]

    @property
    def copies(self) -> int:
        return sum(book.copies for book in self.to_order)

    @property
    def shown_until(self) -> datetime | None:
        """When the last of the orders was paid."""
        return max((order.paid_at for book in self.to_order for order in book.orders), default=None)


def split_by_supplier(waiting: Iterable[WaitedFor]) -> list[SupplierList]:
    """Group books by supplier; those without a supplier come last."""
    books = sorted(waiting, key=lambda book: (not book.supplier, book.supplier, book.title.casefold()))
    return [
        SupplierList(
            supplier,
            [part for book in of_supplier if (part := part_of(book, is_ordered=False))],
            [part for book in of_supplier if (part := part_of(book, is_ordered=True))],
        )
        for supplier, found in groupby(books, key=lambda book: book.supplier)
        if (of_supplier := list(found))
    ]


def part_of(book: WaitedFor, *, is_ordered: bool) -> WaitedFor | None:
    """Return the book with those of its orders whose copies were ordered, or were not."""
    found = tuple(order for order in book.orders if bool(order.ordered_at) is is_ordered)
    return replace(book, orders=found) if found else None


def to_csv(lists: Iterable[SupplierList], zone: ZoneInfo) -> str:
    """Return what is to be ordered as a table, of which no cell is a formula."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in lists:
        for book in one.to_order:
            promised = book.expected_at.astimezone(zone).date().isoformat() if book.expected_at else ""
            numbers = " ".join(str(order.number) for order in book.orders)
            cells = (one.supplier, book.isbn, book.title, book.byline, book.publisher)
            table.writerow([*map(harmless, cells), book.copies, numbers, promised])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
