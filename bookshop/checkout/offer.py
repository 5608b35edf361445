"""What this shopper can buy right now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bookshop.basket.basket import Basket, BasketLine, Quote
from bookshop.basket.pricing import price_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.recommendations import list_recommended
from bookshop.checkout.earlier_order_store import find_earlier_orders
from bookshop.money import Money
from bookshop.orders.order import Order, PaymentState


@dataclass(frozen=True, slots=True)
class CheckoutOffer:
    """What can be bought of a basket at today's prices, and what the shopper must know before.

    `shortages` are the basket's lines of which fewer copies are available; the quote has those that are.
    `earlier` is the shopper's own unpaid order, `suggestions` are books on the
    shelves if nothing can be bought.
    """

    quote: Quote
    shortages: tuple[BasketLine, ...]
    earlier: Order | None
    suggestions: list[Book]


def load_offer(
    db: Connection, basket: Basket, token: str, delivery_fee: Money, shopper_hash: str | None = None
) -> CheckoutOffer:
    """Price the basket; copies reserved by this shopper's own open order count as available."""
    orders = find_earlier_orders(db, shopper_hash, token) if token else []
    earlier = next((order for order in orders if order.payment is PaymentState.OPEN), None)
    quote = price_basket(db, basket, delivery_fee)
    if earlier:
        lines = tuple(add_copies(line, earlier.from_shelf.get(line.book.isbn, 0)) for line in quote.lines)
        quote = replace(quote, lines=lines)
    shortages = tuple(line for line in quote.lines if line.is_short)
    available = limit_to_available(quote)
    return CheckoutOffer(
        available, shortages, earlier, [] if available.lines else list_instead(db, shortages)
    )


def list_instead(db: Connection, shortages: Iterable[BasketLine]) -> list[Book]:
    """Return books on the shelves instead of those that cannot be bought."""
    missed = {line.book.isbn for line in shortages}
    return [book for book in list_recommended(db, missed) if book.is_on_shelf]


def add_copies(line: BasketLine, copies: int) -> BasketLine:
    """Return the line as if so many of its reserved copies were available."""
    book = line.book
    return replace(
        line, book=replace(book, available=book.available + copies, reserved=book.reserved - copies)
    )


def limit_to_available(quote: Quote) -> Quote:
    """Return the quote with no more copies than are available."""
    lines = (
        replace(line, quantity=min(line.quantity, line.book.availability.max_quantity))
        for line in quote.lines
    )
    return replace(quote, lines=tuple(line for line in lines if line.quantity > 0))
