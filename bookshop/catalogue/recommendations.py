"""Books to go on from where a page has nothing else to show, or beside a basket."""

from collections.abc import Container, Iterable

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import BOOKS_PER_PAGE, BOOKS_PER_ROW
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.display_store import STAFF_PICKS, list_displays

DISPLAYS = ("loved", STAFF_PICKS)


def list_recommended(db: Connection, excluded: Container[str] = ()) -> list[Book]:
    """Return books to buy, without these ISBNs: the booksellers' choice, else the newest."""
    displays = list_displays(db)
    chosen = {pick.book.isbn: pick.book for name in DISPLAYS for pick in displays[name]}
    found = _to_buy(chosen.values(), excluded) or _to_buy(list_newest(db, "", BOOKS_PER_PAGE), excluded)
    return found[:BOOKS_PER_ROW]


def _to_buy(books: Iterable[Book], excluded: Container[str]) -> list[Book]:
    return [book for book in books if book.can_be_bought and book.isbn not in excluded]
