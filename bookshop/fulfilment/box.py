"""The box into which an order is packed: what belongs in it, and what was scanned into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.scan_entry import ScanOutcome
from bookshop.orders.order import Order


@dataclass(frozen=True, slots=True)
class BoxLine:
    """Copies of a book: `wanted` are on the shelf to be packed, `inside` were scanned."""

    isbn: str
    title: str
    byline: str
    wanted: int
    inside: int
    to_come: int

    @property
    def missing(self) -> int:
        return max(self.wanted - self.inside, 0)

    @property
    def surplus(self) -> int:
        """Copies that must be taken out, since the order has changed."""
        return max(self.inside - self.wanted, 0)


@dataclass(frozen=True, slots=True)
class Box:
    """The lines of an order that have copies to pack or to come."""

    lines: tuple[BoxLine, ...]

    @property
    def wanted(self) -> int:
        return sum(line.wanted for line in self.lines)

    @property
    def inside(self) -> int:
        """How many of the wanted copies were scanned."""
        return self.wanted - sum(line.missing for line in self.lines)

    @property
    def missing(self) -> tuple[BoxLine, ...]:
        return tuple(line for line in self.lines if line.missing)

    @property
    def surplus(self) -> tuple[BoxLine, ...]:
        return tuple(line for line in self.lines if line.surplus)

    @property
    def is_full(self) -> bool:
        """Whether exactly the wanted copies were scanned."""
        return bool(self.wanted) and not self.missing and not self.surplus

    def find(self, isbn: str) -> BoxLine | None:
        return next((line for line in self.lines if line.isbn == isbn), None)

    def judge(self, isbn: str, quantity: int) -> ScanOutcome:
        """Return what happens to so many copies that are scanned: all go in, or none does."""
        line = self.find(isbn)
        if line is None:
            return ScanOutcome.OTHER_BOOK
        if quantity <= line.missing:
            return ScanOutcome.IN_BOX
        if line.missing:
            return ScanOutcome.TOO_MANY
        return ScanOutcome.ENOUGH if line.wanted else ScanOutcome.NOT_RECEIVED


def fill_box(order: Order, copies: Iterable[LineCopies], scanned: Mapping[str, int]) -> Box:
    """Return the box of an order, given how many copies of each book were scanned into it."""
    titles = {line.isbn: line for line in order.lines}
    lines = (
        BoxLine(
            line.isbn,
            titles[line.isbn].title,
            titles[line.isbn].byline,
            line.count(CopyState.IN_STOCK),
            scanned.get(line.isbn, 0),
            line.count(CopyState.TO_ORDER),
        )
        for line in copies
    )
    return Box(tuple(line for line in lines if line.wanted or line.inside or line.to_come))
