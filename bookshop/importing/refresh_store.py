"""How far the books have been derived and indexed again by the rules of this version."""

from sqlalchemy import Connection, Integer, bindparam, select

from bookshop.catalogue.book_store import has_books
from bookshop.importing.progress_store import find_progress, set_progress
from bookshop.schema import books

# raise it when a rule changes by which records become books, or books become tokens of the search index
RULES_VERSION = 2
COUNTER = f"rules-{RULES_VERSION}"
# a counter holds the digits of an ISBN before the last one, less those of the first ISBN
FIRST_PREFIX = 978_000_000_000
BEYOND_LAST = 2_000_000_000

LIST_FROM_PREFIX = (
    select(books.c.isbn)
    .where(books.c.isbn >= bindparam("prefix"))
    .order_by(books.c.isbn)
    .limit(bindparam("limit", type_=Integer))
)


def list_books_to_refresh(db: Connection, limit: int) -> list[str]:
    """Return the first ISBNs that have not been refreshed."""
    prefix = str(FIRST_PREFIX + find_progress(db, COUNTER))
    return list(db.execute(LIST_FROM_PREFIX, {"prefix": prefix, "limit": limit}).scalars())


def is_refreshed(db: Connection, isbn: str) -> bool:
    """Return whether the books have been refreshed up to this one."""
    return _number_of(isbn) < find_progress(db, COUNTER)


def set_refreshed(db: Connection, isbn: str) -> None:
    """Store that all books up to this one have been refreshed."""
    if not is_refreshed(db, isbn):
        set_progress(db, COUNTER, _number_of(isbn) + 1)


def set_all_refreshed(db: Connection) -> None:
    set_progress(db, COUNTER, BEYOND_LAST)


def begin_refresh(db: Connection) -> None:
    """Let the shop refresh the books while it is open, unless it has, or there are none."""
    set_progress(db, COUNTER, find_progress(db, COUNTER) if has_books(db) else BEYOND_LAST)


def _number_of(isbn: str) -> int:
    return int(isbn[:-1]) - FIRST_PREFIX
