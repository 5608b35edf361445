"""Read books from their rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Integer, bindparam, literal_column, select, union_all

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails, BookRow
from bookshop.database import AnyRow
from bookshop.schema import (
    AVAILABLE_COPIES,
    RESERVED_COPIES,
    book_details,
    books,
    contributors,
    stock,
    subjects,
)

MAX_CACHED_BOOKS = 1000
LIMIT = bindparam("limit", type_=Integer)
# in the order of the fields of Book, which is made by position: a row is asked for a name ten times as slowly
BOOKS = (
    select(
        *(books.c[field.name] for field in fields(BookRow)),
        books.c.cover_version,
        books.c.cover_width,
        books.c.cover_height,
        AVAILABLE_COPIES.label("available"),
        RESERVED_COPIES.label("reserved"),
    )
    .outerjoin_from(books, stock, stock.c.isbn == books.c.isbn)
    .where(books.c.is_listed)
)
BOOK_COLUMNS = len(BOOKS.selected_columns)


def read_books(db: Connection, statement: Executable, **values: Any) -> list[Book]:
    """Return the books of a statement that is based on BOOKS."""
    return [book_of(row) for row in db.execute(statement, values)]


def book_of(row: AnyRow) -> Book:
    """Return the book of a row, in which the columns of BOOKS come first."""
    return _make_book(tuple(row)[:BOOK_COLUMNS])


# the same row makes the same book, and the same books are on many pages
@lru_cache(maxsize=MAX_CACHED_BOOKS)
def _make_book(row: tuple[Any, ...]) -> Book:
    return Book(*row)


FIND_BOOK = (
    BOOKS.add_columns(*(book_details.c[field.name] for field in fields(BookDetails)))
    .outerjoin(book_details, book_details.c.isbn == books.c.isbn)
    .where(books.c.isbn == bindparam("book"))
)
CONTRIBUTOR_FIELDS, SUBJECT_FIELDS = fields(Contributor), fields(Subject)
# both in one statement, which costs more than its rows: a subject's has empty columns at its end
LIST_PARTS = union_all(
    select(
        literal_column("1").label("is_contributor"),
        contributors.c.position,
        *(contributors.c[field.name] for field in CONTRIBUTOR_FIELDS),
    ).where(contributors.c.isbn == bindparam("book")),
    select(
        literal_column("0"),
        subjects.c.position,
        *(subjects.c[field.name] for field in SUBJECT_FIELDS),
        *[literal_column("''")] * (len(CONTRIBUTOR_FIELDS) - len(SUBJECT_FIELDS)),
    ).where(subjects.c.isbn == bindparam("book")),
).order_by("position")


def find_book(db: Connection, isbn: str) -> Book | None:
    """Return a listed book with its contributors, subjects and details."""
    row = db.execute(FIND_BOOK, {"book": isbn}).first()
    if row is None:
        return None
    details = row[BOOK_COLUMNS:]
    parts = db.execute(LIST_PARTS, {"book": isbn}).all()
    return replace(
        book_of(row),
        contributors=tuple(Contributor(*part[2:]) for part in parts if part[0]),
        subjects=tuple(Subject(*part[2 : 2 + len(SUBJECT_FIELDS)]) for part in parts if not part[0]),
        # a book without a row there has only NULLs
        details=BookDetails(*details) if details[0] is not None else BookDetails(),
    )


LIST_BOOKS = BOOKS.where(books.c.isbn.in_(bindparam("isbns", expanding=True)))


def list_books(db: Connection, isbns: Iterable[str]) -> dict[str, Book]:
    """Return the listed books among these by ISBN."""
    return {book.isbn: book for book in read_books(db, LIST_BOOKS, isbns=list(isbns))}


LIST_AT_RANKS = BOOKS.add_columns(books.c.rank).where(books.c.rank.in_(bindparam("ranks", expanding=True)))


def books_by_rank(db: Connection, ranks: Collection[int]) -> dict[int, Book]:
    """Return the books with these ranks by rank."""
    rows = db.execute(LIST_AT_RANKS, {"ranks": list(ranks)}) if ranks else ()
    return {row[BOOK_COLUMNS]: book_of(row) for row in rows}


def books_at_ranks(db: Connection, ranks: Sequence[int]) -> list[Book]:
    """Return the books with these ranks, in this order."""
    found = books_by_rank(db, ranks)
    return [found[rank] for rank in ranks if rank in found]


LIST_RANKS = select(books.c.rank).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True)), books.c.rank.is_not(None)
)


def list_ranks(db: Connection, isbns: Sequence[str]) -> list[int]:
    """Return the ranks of those books that are in the index."""
    return list(db.execute(LIST_RANKS, {"isbns": list(isbns)}).scalars()) if isbns else []


LIST_BOOKS_TO_REBUILD = (
    select(books.c.isbn)
    .where(books.c.changes_on <= bindparam("today"))
    .order_by(books.c.changes_on)
    .limit(LIMIT)
)


def list_books_to_rebuild(db: Connection, today: date, limit: int) -> list[str]:
    """Return the ISBNs of books that a date has changed by today, the longest overdue first."""
    return list(db.execute(LIST_BOOKS_TO_REBUILD, {"today": today, "limit": limit}).scalars())


FIND_ANY = select(books.c.isbn).limit(1)


IS_IN_CATALOGUE = select(books.c.isbn).where(books.c.isbn == bindparam("book"))


def is_in_catalogue(db: Connection, isbn: str) -> bool:
    """Return whether there is such a book, listed or not."""
    return db.execute(IS_IN_CATALOGUE, {"book": isbn}).first() is not None


def has_books(db: Connection) -> bool:
    """Return whether the catalogue has any book, listed or not."""
    return db.execute(FIND_ANY).first() is not None
