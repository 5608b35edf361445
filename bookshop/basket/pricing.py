"""Price a basket."""

from sqlalchemy import Connection

from bookshop.basket.basket import Basket, BasketLine, Quote
from bookshop.catalogue.book_store import list_books
from bookshop.money import Money


def price_basket(db: Connection, basket: Basket, delivery_fee: Money) -> Quote:
    """Return the basket at today's prices, without books that the catalogue no longer has."""
    books = list_books(db, basket.quantities)
    lines = (BasketLine(books[isbn], n) for isbn, n in basket.quantities.items() if isbn in books)
    return Quote(tuple(lines), delivery_fee)
