"""The catalogue's statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Integer, bindparam, select, union_all

from bookshop.catalogue.book import Book, Contributor, Pick, Subject
from bookshop.catalogue.book_row import BookDetails, BookRow
from bookshop.covers.cover import Cover
from bookshop.covers.picture import picture_of
from bookshop.database import AnyRow
from bookshop.schema import (
    AVAILABLE_COPIES,
    book_details,
    books,
    contributors,
    displays,
    related,
    stock,
    subjects,
)
from bookshop.trade.categories import CATEGORIES

# in the order of the fields of Book, which is made by position: a row is asked for a name ten times as slowly
BOOKS = (
    select(
        *(books.c[field.name] for field in fields(BookRow)),
        books.c.cover,
        books.c.cover_width,
        books.c.cover_height,
        AVAILABLE_COPIES.label("available"),
    )
    .outerjoin_from(books, stock, stock.c.isbn == books.c.isbn)
    .where(books.c.is_listed)
)
BOOK_COLUMNS = len(BOOKS.selected_columns)
MAX_CACHED_BOOKS = 1000
LIMIT = bindparam("limit", type_=Integer)

FIND_BOOK = BOOKS.where(books.c.isbn == bindparam("book"))
FIND_CONTRIBUTORS = (
    select(
        contributors.c.role,
        contributors.c.name,
        contributors.c.key,
        contributors.c.biography,
        contributors.c.isni,
    )
    .where(contributors.c.isbn == bindparam("book"))
    .order_by(contributors.c.position)
)
FIND_SUBJECTS = (
    select(subjects.c.code, subjects.c.scheme)
    .where(subjects.c.isbn == bindparam("book"))
    .order_by(subjects.c.position)
)
FIND_DETAILS = select(*(book_details.c[field.name] for field in fields(BookDetails))).where(
    book_details.c.isbn == bindparam("book")
)
# an order's books have their covers still when they are sold no more
COVERS = select(
    books.c.isbn,
    books.c.title,
    books.c.byline,
    books.c.category,
    books.c.cover,
    books.c.cover_width,
    books.c.cover_height,
)
FIND_COVER = COVERS.where(books.c.isbn == bindparam("book"))
LIST_BOOKS = BOOKS.where(books.c.isbn.in_(bindparam("isbns", expanding=True)))
LIST_NEAR = (
    BOOKS.where(
        books.c.category == bindparam("in_category"),
        books.c.rank.is_not(None),
        books.c.isbn != bindparam("book"),
    )
    .order_by(books.c.rank)
    .limit(LIMIT)
)
LIST_DISPLAY = (
    BOOKS.add_columns(displays.c.note, displays.c.note_by)
    .join(displays, displays.c.isbn == books.c.isbn)
    .where(displays.c.display == bindparam("display"))
    .order_by(displays.c.position)
)
LIST_DISPLAYS = (
    BOOKS.add_columns(displays.c.note, displays.c.note_by, displays.c.display)
    .join(displays, displays.c.isbn == books.c.isbn)
    .order_by(displays.c.display, displays.c.position)
)
FIND_PICK = LIST_DISPLAY.where(books.c.isbn == bindparam("book"))
LIST_AT_RANKS = BOOKS.add_columns(books.c.rank).where(books.c.rank.in_(bindparam("ranks", expanding=True)))
# each with a limit of its own, so that a shelf of any size costs as much as it shows
LIST_PEEKS = union_all(
    *(
        select(
            COVERS.where(books.c.category == slug, books.c.rank.is_not(None))
            .order_by(books.c.rank)
            .limit(bindparam("each", type_=Integer))
            .subquery()
        )
        for slug in CATEGORIES
    )
)
LIST_DUE = (
    select(books.c.isbn)
    .where(books.c.changes_on <= bindparam("today"))
    .order_by(books.c.changes_on)
    .limit(bindparam("limit", type_=Integer))
)
FIND_ANY = select(books.c.isbn).limit(1)

ADD_BOOK = books.insert()
ADD_DETAILS = book_details.insert()
ADD_CONTRIBUTORS = contributors.insert()
ADD_SUBJECTS = subjects.insert()
ADD_RELATED = related.insert()
ADD_DISPLAY = displays.insert()


def read_books(db: Connection, statement: Executable, **values: Any) -> list[Book]:
    """The books that a statement made of BOOKS finds."""
    return [book_of(row) for row in db.execute(statement, values)]


def book_of(row: AnyRow) -> Book:
    """Return the book of a row, in which the columns of BOOKS come first."""
    return _make_book(tuple(row)[:BOOK_COLUMNS])


# the same row makes the same book, and the same books are on many pages
@lru_cache(maxsize=MAX_CACHED_BOOKS)
def _make_book(row: tuple[Any, ...]) -> Book:
    return Book(*row)


def find_book(db: Connection, isbn: str) -> Book | None:
    """One book with its contributors, subjects and details."""
    row = db.execute(FIND_BOOK, {"book": isbn}).first()
    if row is None:
        return None
    people = db.execute(FIND_CONTRIBUTORS, {"book": isbn})
    codes = db.execute(FIND_SUBJECTS, {"book": isbn})
    details = db.execute(FIND_DETAILS, {"book": isbn}).first()
    return replace(
        book_of(row),
        contributors=tuple(Contributor(*person) for person in people),
        subjects=tuple(Subject(*subject) for subject in codes),
        details=BookDetails(*details) if details else BookDetails(),
    )


def find_cover(db: Connection, isbn: str) -> Cover | None:
    """What a book's cover is made of."""
    row = db.execute(FIND_COVER, {"book": isbn}).first()
    return _make_cover(*row) if row else None


def list_books(db: Connection, isbns: Iterable[str]) -> dict[str, Book]:
    """These books by ISBN; those that do not exist are left out."""
    return {row.isbn: book_of(row) for row in db.execute(LIST_BOOKS, {"isbns": list(isbns)})}


def list_near(db: Connection, book: Book, limit: int) -> list[Book]:
    """Other books of the same subject."""
    return read_books(db, LIST_NEAR, in_category=book.category, book=book.isbn, limit=limit)


def list_display(db: Connection, display: str) -> list[Pick]:
    """The books of a display that the bookseller put together, in that order."""
    return [_pick(row) for row in db.execute(LIST_DISPLAY, {"display": display})]


def list_displays(db: Connection) -> dict[str, list[Pick]]:
    """The books of every display, by its name."""
    shown: dict[str, list[Pick]] = defaultdict(list)
    for row in db.execute(LIST_DISPLAYS):
        shown[row.display].append(_pick(row))
    return shown


def find_pick(db: Connection, isbn: str) -> Pick | None:
    """What a bookseller says of this book."""
    row = db.execute(FIND_PICK, {"display": "picks", "book": isbn}).first()
    return _pick(row) if row else None


def books_at_ranks(db: Connection, ranks: Sequence[int]) -> list[Book]:
    """Return the books with these ranks, in this order."""
    rows = {row.rank: row for row in db.execute(LIST_AT_RANKS, {"ranks": list(ranks)})} if ranks else {}
    return [book_of(rows[rank]) for rank in ranks if rank in rows]


def list_peeks(db: Connection, each: int) -> list[Cover]:
    """The covers of a few books of every subject."""
    return [_make_cover(*row) for row in db.execute(LIST_PEEKS, {"each": each})]


def list_due(db: Connection, today: date, limit: int) -> list[str]:
    """The books of which something changes with the day, the longest overdue first."""
    return list(db.execute(LIST_DUE, {"today": today, "limit": limit}).scalars())


def has_books(db: Connection) -> bool:
    """Whether there is any book, shown or not."""
    return db.execute(FIND_ANY).first() is not None


def add_book(db: Connection, book: Book, listed: date) -> None:
    """Add a book with its details, contributors and subjects."""
    row = {field.name: getattr(book, field.name) for field in fields(BookRow)}
    picture = {"cover": book.cover, "cover_width": book.cover_width, "cover_height": book.cover_height}
    db.execute(ADD_BOOK, {**row, **picture, "listed": listed})
    db.execute(ADD_DETAILS, {"isbn": book.isbn, **asdict(book.details)})
    _add_parts(db, ADD_CONTRIBUTORS, book.isbn, [asdict(person) for person in book.contributors])
    _add_parts(db, ADD_SUBJECTS, book.isbn, [asdict(subject) for subject in book.subjects])


def add_related(db: Connection, isbn: str, others: Iterable[tuple[str, str]]) -> None:
    """Say how other books stand to one, as pairs of a code of ONIX list 51 and an ISBN."""
    db.execute(ADD_RELATED, [{"isbn": isbn, "code": code, "other": other} for code, other in others])


def add_display(db: Connection, display: str, picks: Iterable[tuple[str, str, str]]) -> None:
    """Put together a display from (isbn, note, by)."""
    rows = [
        {"display": display, "position": n, "isbn": isbn, "note": note, "note_by": by}
        for n, (isbn, note, by) in enumerate(picks)
    ]
    db.execute(ADD_DISPLAY, rows)


def _add_parts(db: Connection, statement: Any, isbn: str, parts: list[dict[str, Any]]) -> None:
    if parts:
        db.execute(statement, [{"isbn": isbn, "position": n, **part} for n, part in enumerate(parts)])


def _make_cover(
    isbn: str, title: str, byline: str, category: str, version: str, width: int, height: int
) -> Cover:
    return Cover(isbn, title, byline, category, picture_of(isbn, version, width, height))


def _pick(row: AnyRow) -> Pick:
    return Pick(book_of(row), row.note, row.note_by)
