"""What this shopper can buy right now."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bookshop.basket.basket import Basket, Quote
from bookshop.basket.pricing import price_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.store import list_display
from bookshop.money import Money
from bookshop.orders.order import Order, Payment
from bookshop.orders.store import find_order

ROW = 6


@dataclass(frozen=True, slots=True)
class CheckoutOffer:
    """A basket at today's prices, the open order it may become, and other books if it cannot be had."""

    basket: Quote
    earlier: Order | None
    suggestions: tuple[Book, ...]

    @property
    def can_be_bought(self) -> bool:
        """Whether there is at least one copy of something."""
        return any(line.book.can_be_bought for line in self.basket.lines)

    @property
    def is_short(self) -> bool:
        """Whether fewer copies are to be had than are wanted."""
        return any(line.is_short for line in self.basket.lines)


def load_offer(db: Connection, wanted: Basket, token: str, delivery_fee: Money) -> CheckoutOffer:
    """Price what is wanted; the copies this shopper's own open order holds count as free to them."""
    order = find_order(db, token) if token else None
    earlier = order if order and order.payment is Payment.OPEN else None
    basket = price_basket(db, wanted, delivery_fee)
    own = earlier.from_shelf if earlier else {}
    lines = (
        replace(line, book=replace(line.book, available=line.book.available + own.get(line.book.isbn, 0)))
        for line in basket.lines
    )
    suggestions = tuple(pick.book for pick in list_display(db, "loved"))[:ROW]
    return CheckoutOffer(replace(basket, lines=tuple(lines)), earlier, suggestions)


def limit_to_available(basket: Quote) -> Basket:
    """The basket with as many copies as there are."""
    return Basket(
        {
            line.book.isbn: n
            for line in basket.lines
            if (n := min(line.quantity, line.book.availability.max_quantity)) > 0
        }
    )
