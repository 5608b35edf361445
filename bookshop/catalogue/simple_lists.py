"""Lists without sections: a publisher's books, new and forthcoming ones, and displays."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import BookList, one_section
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.dated_books import list_forthcoming, list_newest
from bookshop.catalogue.display_store import list_display
from bookshop.catalogue.list_range import ListRange
from bookshop.search.facet import Facet
from bookshop.search.find_books import list_by_facet

DISPLAY_TITLES = {"picks": "Staff picks", "loved": "Well loved"}


def load_publisher_list(db: Connection, key: str, shown: ListRange) -> BookList | None:
    """Return a publisher's books; None if the key is unknown."""
    results = list_by_facet(db, Facet.PUBLISHER, key, shown.limit, shown.after)
    books = books_at_ranks(db, results.ranks)
    if not books:
        return None
    return BookList(books[0].publisher, one_section(books), results.count, results.next_cursor)


def load_new_books(db: Connection, shown: ListRange) -> BookList:
    return _uncounted_list("New books", list_newest(db, shown.after, shown.limit + 1), shown)


def load_forthcoming_books(db: Connection, today: str, shown: ListRange) -> BookList:
    books = list_forthcoming(db, today, shown.after, shown.limit + 1)
    return _uncounted_list("Forthcoming books", books, shown)


def _uncounted_list(title: str, books: Sequence[Book], shown: ListRange) -> BookList:
    after = books[shown.limit - 1].isbn if len(books) > shown.limit else ""
    return BookList(title, one_section(books[: shown.limit]), after=after)


def load_display_list(db: Connection, name: str) -> BookList:
    """Return a display, with the bookseller's notes."""
    picks = list_display(db, name)
    notes = {pick.book.isbn: f"{pick.note} ({pick.by})" for pick in picks if pick.note}
    return BookList(DISPLAY_TITLES[name], one_section(pick.book for pick in picks), len(picks), notes=notes)
