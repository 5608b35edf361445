"""What a basket costs today."""

from sqlalchemy import Connection

from bookshop.basket.basket import Basket, BasketLine, Quote
from bookshop.catalogue.store import list_books
from bookshop.money import Money


def price_basket(db: Connection, basket: Basket, delivery_fee: Money) -> Quote:
    """The books of a basket with their prices; a book that is gone from the catalogue is left out."""
    books = list_books(db, basket.quantities)
    lines = (BasketLine(books[isbn], n) for isbn, n in basket.quantities.items() if isbn in books)
    return Quote(tuple(lines), delivery_fee)
