"""Books to suggest beside a basket."""

from collections.abc import Container

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.display_store import list_display

MAX_BASKET_SUGGESTIONS = 6


def list_basket_suggestions(db: Connection, excluded: Container[str] = ()) -> list[Book]:
    """Return books that the booksellers love and that can be bought, without excluded ISBNs."""
    loved = (pick.book for pick in list_display(db, "loved"))
    books = [book for book in loved if book.can_be_bought and book.isbn not in excluded]
    return books[:MAX_BASKET_SUGGESTIONS]
