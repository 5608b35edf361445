"""Books by date: the newest in the shop, and those to be published next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, bindparam, select, tuple_

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import BOOKS, LIMIT, book_of, read_books
from bookshop.schema import books

AFTER = bindparam("after", type_=String)
last = books.alias("last")
IS_LAST = last.c.isbn == AFTER

FIRST_NEWEST = BOOKS.order_by(books.c.listed_on.desc(), books.c.isbn.desc()).limit(LIMIT)
NEXT_NEWEST = FIRST_NEWEST.where(
    tuple_(books.c.listed_on, books.c.isbn)
    < tuple_(select(last.c.listed_on).where(IS_LAST).scalar_subquery(), AFTER)
)


def list_newest(db: Connection, after: str, limit: int) -> list[Book]:
    """Return the newest books, or those that come next after one ISBN."""
    return read_books(db, NEXT_NEWEST if after else FIRST_NEWEST, limit=limit, **_values(after))


LIST_NEWEST_RANKS = (
    select(books.c.rank)
    .where(books.c.is_listed, books.c.rank.is_not(None))
    .order_by(books.c.listed_on.desc(), books.c.isbn.desc())
    .limit(LIMIT)
)


def list_newest_ranks(db: Connection, limit: int) -> list[int]:
    """Return the ranks of the newest books."""
    return list(db.execute(LIST_NEWEST_RANKS, {"limit": limit}).scalars())


LIST_NEWEST_WITH_DATES = FIRST_NEWEST.add_columns(books.c.listed_on)


def list_newest_with_dates(db: Connection, limit: int) -> list[tuple[Book, date]]:
    """Return the newest books with the dates on which they were first listed."""
    return [(book_of(row), row.listed_on) for row in db.execute(LIST_NEWEST_WITH_DATES, {"limit": limit})]


FIRST_FORTHCOMING = (
    BOOKS.where(books.c.published > bindparam("today")).order_by(books.c.published, books.c.isbn).limit(LIMIT)
)
NEXT_FORTHCOMING = FIRST_FORTHCOMING.where(
    tuple_(books.c.published, books.c.isbn)
    > tuple_(select(last.c.published).where(IS_LAST).scalar_subquery(), AFTER)
)


def list_forthcoming(db: Connection, today: str, after: str, limit: int) -> list[Book]:
    """Return the books that are published next, or those that come next after one ISBN."""
    statement = NEXT_FORTHCOMING if after else FIRST_FORTHCOMING
    return read_books(db, statement, today=today, limit=limit, **_values(after))


LIST_FORTHCOMING_RANKS = (
    select(books.c.rank)
    .where(books.c.is_listed, books.c.rank.is_not(None), books.c.published > bindparam("today"))
    .order_by(books.c.published, books.c.isbn)
    .limit(LIMIT)
)


def list_forthcoming_ranks(db: Connection, today: str, limit: int) -> list[int]:
    """Return the ranks of the books that are published next."""
    return list(db.execute(LIST_FORTHCOMING_RANKS, {"today": today, "limit": limit}).scalars())


def _values(after: str) -> Mapping[str, Any]:
    return {"after": after} if after else {}
