"""The basket as a value: which books, how many of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookshop.catalogue.book import Book
from bookshop.money import Money, total
from bookshop.trade.availability import MAX_COPIES, AvailabilityKind

# a bound on the cookie
MOST_TITLES = 30


@dataclass(frozen=True, slots=True)
class Basket:
    """ISBN to quantity, in the order in which the books were put in."""

    quantities: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many copies are in it."""
        return sum(self.quantities.values())

    def add(self, isbn: str, quantity: int = 1) -> "Basket":
        """Put copies in; a full basket stays as it is."""
        return self.put(isbn, self.quantities.get(isbn, 0) + quantity)

    def put(self, isbn: str, quantity: int) -> "Basket":
        """Set how many copies there are; none takes the book out."""
        if quantity <= 0:
            return Basket({book: n for book, n in self.quantities.items() if book != isbn})
        if isbn not in self.quantities and len(self.quantities) >= MOST_TITLES:
            return self
        return Basket({**self.quantities, isbn: min(quantity, MAX_COPIES)})


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A book in the basket, at today's price."""

    book: Book
    quantity: int

    @property
    def amount(self) -> Money:
        """What the copies cost together."""
        return self.book.price * self.quantity

    @property
    def is_short(self) -> bool:
        """Whether fewer copies are to be had than are asked for."""
        return self.quantity > self.book.availability.max_quantity

    @property
    def to_order(self) -> int:
        """How many of the copies do not stand on our shelf and are ordered in."""
        found = self.book.availability
        return max(self.quantity - found.available, 0) if found.can_be_ordered else 0

    @property
    def kind(self) -> AvailabilityKind:
        """How the last of the copies would reach the shopper."""
        kind = self.book.availability.kind
        return AvailabilityKind.ORDER if kind is AvailabilityKind.SHELF and self.to_order else kind


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket with its books and sums, before delivery is chosen."""

    lines: tuple[BasketLine, ...]
    delivery_fee: Money

    @property
    def count(self) -> int:
        """How many copies are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money:
        """What the books cost."""
        return total([line.amount for line in self.lines], self.delivery_fee.currency)

    @property
    def fingerprint(self) -> str:
        """What is promised for which money, in a form's hidden field: whoever sends it has seen just that."""
        lines = (
            line for line in self.lines if line.kind in (AvailabilityKind.ORDER, AvailabilityKind.PREORDER)
        )
        return " ".join([str(self.subtotal.minor), *(f"{line.book.isbn}:{line.kind}" for line in lines)])

    @property
    def total_delivered(self) -> Money:
        """What is to pay when the books are total_delivered."""
        return self.subtotal + self.delivery_fee
