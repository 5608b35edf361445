"""What this shopper can buy right now."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bookshop.basket.basket import Basket, BasketLine, Quote
from bookshop.basket.pricing import price_basket
from bookshop.basket.suggestions import list_basket_suggestions
from bookshop.catalogue.book import Book
from bookshop.money import Money
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order


@dataclass(frozen=True, slots=True)
class CheckoutOffer:
    """A basket at today's prices, the shopper's own unpaid order, and other books to suggest."""

    quote: Quote
    earlier: Order | None
    suggestions: list[Book]

    @property
    def can_be_bought(self) -> bool:
        """Whether at least one book is available."""
        return any(line.book.can_be_bought for line in self.quote.lines)

    @property
    def is_short(self) -> bool:
        """Whether fewer copies of a book are available than the basket has."""
        return any(line.is_short for line in self.quote.lines)


def load_offer(db: Connection, basket: Basket, token: str, delivery_fee: Money) -> CheckoutOffer:
    """Price the basket; copies reserved by this shopper's own open order count as available."""
    order = find_order(db, token) if token else None
    earlier = order if order and order.payment is PaymentState.OPEN else None
    quote = price_basket(db, basket, delivery_fee)
    if earlier:
        lines = tuple(add_copies(line, earlier.from_shelf.get(line.book.isbn, 0)) for line in quote.lines)
        quote = replace(quote, lines=lines)
    return CheckoutOffer(quote, earlier, list_basket_suggestions(db))


def add_copies(line: BasketLine, copies: int) -> BasketLine:
    """Return the line as if so many of its reserved copies were available."""
    book = line.book
    return replace(
        line, book=replace(book, available=book.available + copies, reserved=book.reserved - copies)
    )


def limit_to_available(quote: Quote) -> Basket:
    """Return the basket with no more copies than are available."""
    return Basket(
        {
            line.book.isbn: n
            for line in quote.lines
            if (n := min(line.quantity, line.book.availability.max_quantity)) > 0
        }
    )
