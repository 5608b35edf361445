"""The basket: which books, how many of each, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookshop.catalogue.book import Book
from bookshop.money import Money, total
from bookshop.trade.availability import MAX_COPIES_PER_BOOK, AvailabilityKind

# bounds the size of the cookie
MAX_TITLES = 30


@dataclass(frozen=True, slots=True)
class Basket:
    """ISBN to quantity, in the sequence in which the books were added."""

    quantities: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many copies it has."""
        return sum(self.quantities.values())

    def add(self, isbn: str, quantity: int = 1) -> "Basket":
        """Add copies of a book; a full basket stays as it is."""
        return self.put(isbn, self.quantities.get(isbn, 0) + quantity)

    def put(self, isbn: str, quantity: int) -> "Basket":
        """Set a book's quantity; 0 removes the book."""
        if quantity <= 0:
            return Basket({book: n for book, n in self.quantities.items() if book != isbn})
        if isbn not in self.quantities and len(self.quantities) >= MAX_TITLES:
            return self
        return Basket({**self.quantities, isbn: min(quantity, MAX_COPIES_PER_BOOK)})

    def without(self, bought: Mapping[str, int]) -> "Basket":
        """Return the basket without these copies, where it has them."""
        left = {isbn: n - bought.get(isbn, 0) for isbn, n in self.quantities.items()}
        return Basket({isbn: n for isbn, n in left.items() if n > 0})


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
        """Whether fewer copies are available than the basket has."""
        return self.quantity > self.book.availability.max_quantity

    @property
    def to_order(self) -> int:
        """How many of the copies are not on the shelf and must be ordered in."""
        found = self.book.availability
        return max(self.quantity - found.available, 0) if found.can_be_ordered else 0

    @property
    def kind(self) -> AvailabilityKind:
        """How the last of the copies would reach the shopper."""
        kind = self.book.availability.kind
        return AvailabilityKind.ORDER if kind is AvailabilityKind.SHELF and self.to_order else kind


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket at today's prices, before delivery is chosen."""

    lines: tuple[BasketLine, ...]
    delivery_fee: Money

    @property
    def count(self) -> int:
        """How many copies it has."""
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money:
        """What the books cost, without delivery."""
        return total([line.amount for line in self.lines], self.delivery_fee.currency)

    @property
    def fingerprint(self) -> str:
        """What is offered for which money; a form sends it back, to show what the shopper has seen."""
        lines = (
            line for line in self.lines if line.kind in (AvailabilityKind.ORDER, AvailabilityKind.PREORDER)
        )
        return " ".join([str(self.subtotal.minor), *(f"{line.book.isbn}:{line.kind}" for line in lines)])

    @property
    def total_delivered(self) -> Money:
        """What is to pay when the books are delivered."""
        return self.subtotal + self.delivery_fee
