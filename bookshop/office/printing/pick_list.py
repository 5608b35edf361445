"""A pick list: the copies to fetch, in the order of the shelves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from bookshop.fulfilment.copies import CopyState
from bookshop.office.printing.print_store import PrintedOrder
from bookshop.office.printing.shelf import Shelf
from bookshop.orders.order import OrderLine


@dataclass(frozen=True, slots=True)
class PickLine:
    """Copies of a book to fetch: how many for which order's number."""

    line: OrderLine
    shelf: Shelf
    quantities: Mapping[int, int]

    @property
    def quantity(self) -> int:
        return sum(self.quantities.values())


def make_pick_list(
    printed: Iterable[PrintedOrder], shelves: Mapping[str, Shelf]
) -> list[tuple[str, list[PickLine]]]:
    """Return the copies that are in stock and not packed, by category, author and title."""
    lines: dict[str, OrderLine] = {}
    quantities: dict[str, dict[int, int]] = {}
    for each in printed:
        for copies in each.copies:
            if count := copies.count(CopyState.IN_STOCK):
                lines[copies.isbn] = each.order.lines[copies.position]
                of_book = quantities.setdefault(copies.isbn, {})
                number = each.order.number or 0
                of_book[number] = of_book.get(number, 0) + count
    picks = [PickLine(line, shelves[isbn], quantities[isbn]) for isbn, line in lines.items()]
    picks.sort(key=lambda pick: (*pick.shelf.key, pick.line.title.casefold()))
    return [(name, list(found)) for name, found in groupby(picks, lambda pick: pick.shelf.category)]
