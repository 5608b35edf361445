"""The statements of lists that one browses, and of what stands around a book."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    text,
    tuple_,
    union_all,
)

from bookshop.catalogue.book import Book
from bookshop.catalogue.store import BOOKS, LIMIT, book_of, read_books
from bookshop.schema import books, contributors, related, subject_headings
from bookshop.trade.subject_schemes import THEMA_CATEGORY
from bookshop.trade.thema import thema_headings

# ONIX code list 51: the same work in another form or by another publisher, as both sides may say it
OTHER_FORMS = ("06", "11", "13", "16", "27", "28", "29", "30")
REPLACES, REPLACED_BY = "03", "05"
MOST_EDITIONS = 24
# of one place more would be no list that anybody reads to its end
MOST_CREDITS = 200

AFTER = bindparam("after", type_=String)
earlier = books.alias("earlier")
OF_EARLIER = earlier.c.isbn == AFTER
FIRST_NEW = BOOKS.order_by(books.c.listed.desc(), books.c.isbn.desc()).limit(LIMIT)
NEXT_NEW = FIRST_NEW.where(
    tuple_(books.c.listed, books.c.isbn)
    < tuple_(select(earlier.c.listed).where(OF_EARLIER).scalar_subquery(), AFTER)
)
FIRST_FORTHCOMING = (
    BOOKS.where(books.c.published > bindparam("today")).order_by(books.c.published, books.c.isbn).limit(LIMIT)
)
NEXT_FORTHCOMING = FIRST_FORTHCOMING.where(
    tuple_(books.c.published, books.c.isbn)
    > tuple_(select(earlier.c.published).where(OF_EARLIER).scalar_subquery(), AFTER)
)
LIST_SERIES_ENTRIES = select(books.c.rank, books.c.series_number, books.c.published, books.c.isbn).where(
    books.c.rank.in_(bindparam("ranks", expanding=True))
)
LIST_CREDITS = (
    select(contributors.c.isbn, contributors.c.role, contributors.c.name, contributors.c.biography)
    .where(
        contributors.c.key == bindparam("key"),
        contributors.c.isbn.in_(bindparam("isbns", expanding=True)),
    )
    .order_by(contributors.c.isbn, contributors.c.position)
    .limit(MOST_CREDITS)
)
# every edition of the work, as either side of a relation says it or a work that both share
STANDING = union_all(
    select(related.c.other.label("isbn"), (related.c.code == REPLACED_BY).label("is_next")).where(
        related.c.isbn == bindparam("book"), related.c.code.in_((REPLACED_BY, *OTHER_FORMS))
    ),
    select(related.c.isbn, related.c.code == REPLACES).where(
        related.c.other == bindparam("book"), related.c.code.in_((REPLACES, *OTHER_FORMS))
    ),
    select(books.c.isbn, literal(False)).where(books.c.work == func.nullif(bindparam("work"), "")),
).subquery()
IS_NEXT = func.max(case((STANDING.c.is_next, 1), else_=0)).label("is_next")
EDITIONS = (
    select(STANDING.c.isbn, IS_NEXT)
    .where(STANDING.c.isbn != bindparam("book"))
    .group_by(STANDING.c.isbn)
    .subquery()
)
LIST_EDITIONS = (
    BOOKS.add_columns(EDITIONS.c.is_next).join(EDITIONS, EDITIONS.c.isbn == books.c.isbn).limit(MOST_EDITIONS)
)
LIST_HEADINGS = select(subject_headings.c.code, subject_headings.c.heading).where(
    subject_headings.c.scheme == THEMA_CATEGORY,
    subject_headings.c.code.in_(bindparam("codes", expanding=True)),
)
LIST_LATEST = FIRST_NEW.add_columns(books.c.listed)
# by steps over the primary key, so that no more is looked at than the key itself
LIST_PARTS = text(
    """
    WITH RECURSIVE parts (isbn) AS (
      SELECT min(isbn) FROM books
      UNION ALL
      SELECT (SELECT b.isbn FROM books AS b WHERE b.isbn >= parts.isbn ORDER BY b.isbn LIMIT 1 OFFSET :size)
        FROM parts WHERE parts.isbn IS NOT NULL
    )
    SELECT isbn FROM parts WHERE isbn IS NOT NULL
    """
).bindparams(bindparam("size", type_=Integer))
LIST_PART = (
    select(books.c.isbn, books.c.title, books.c.is_listed)
    .where(books.c.isbn >= bindparam("first", type_=String))
    .order_by(books.c.isbn)
    .limit(LIMIT)
)


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """A book of a series, with what orders it there."""

    rank: int
    number: str
    published: str
    isbn: str


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody did for one book."""

    isbn: str
    role: str
    name: str
    biography: str


@dataclass(frozen=True, slots=True)
class Editions:
    """Other editions of a book, and which of them came in its place."""

    others: tuple[Book, ...]
    successor: Book | None


def list_newest(db: Connection, after: str, limit: int) -> list[Book]:
    """What became new here last, or what did before one book."""
    return read_books(db, NEXT_NEW if after else FIRST_NEW, limit=limit, **_after(after))


def list_forthcoming(db: Connection, today: str, after: str, limit: int) -> list[Book]:
    """What is published next, or what is after one book."""
    statement = NEXT_FORTHCOMING if after else FIRST_FORTHCOMING
    return read_books(db, statement, today=today, limit=limit, **_after(after))


def list_series_entries(db: Connection, ranks: Sequence[int]) -> list[SeriesEntry]:
    """Return the books with these ranks as entries of their series."""
    return [SeriesEntry(*row) for row in db.execute(LIST_SERIES_ENTRIES, {"ranks": list(ranks)})]


def list_credits(db: Connection, key: str, isbns: Sequence[str]) -> list[Work]:
    """What somebody did for these books."""
    return [Work(*row) for row in db.execute(LIST_CREDITS, {"key": key, "isbns": list(isbns)})]


def list_editions(db: Connection, book: Book) -> Editions:
    """The other editions of a book, what can be had first, then by price."""
    found = db.execute(LIST_EDITIONS, {"book": book.isbn, "work": book.work}).all()
    successor = next((book_of(row) for row in found if row.is_next), None)
    others = sorted(map(book_of, found), key=lambda one: (not one.can_be_bought, one.price.minor, one.isbn))
    return Editions(tuple(other for other in others if other != successor), successor)


def list_headings(db: Connection, codes: Iterable[str]) -> dict[str, str]:
    """What feeds call those of these Thema codes that we have no name for."""
    named = thema_headings()
    unnamed = [code for code in codes if code not in named]
    return {row.code: row.heading for row in db.execute(LIST_HEADINGS, {"codes": unnamed})}


def list_latest(db: Connection, limit: int) -> list[tuple[Book, date]]:
    """What became new here last, and when."""
    return [(book_of(row), row.listed) for row in db.execute(LIST_LATEST, {"limit": limit})]


def list_parts(db: Connection, size: int) -> list[str]:
    """The ISBNs with which parts of so many books begin."""
    return list(db.execute(LIST_PARTS, {"size": size}).scalars())


def list_part(db: Connection, first: str, size: int) -> list[tuple[str, str]]:
    """The ISBN and title of every book that is shown of the part that begins with this ISBN."""
    rows = db.execute(LIST_PART, {"first": first, "limit": size})
    return [(row.isbn, row.title) for row in rows if row.is_listed]


def _after(after: str) -> Mapping[str, Any]:
    return {"after": after} if after else {}
