"""The rows of derived books.

Each function takes many at once, so that a batch costs a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Update, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from bookshop.catalogue.book import Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.database import AnyRow
from bookshop.database.insert_rows import insert_rows
from bookshop.importing.book_parts import add_parts, replace_parts
from bookshop.importing.rules.derived_book import (
    DETAIL_FIELDS,
    ROW_FIELDS,
    DerivedBook,
    RelatedIsbn,
    SubjectHeading,
)
from bookshop.schema import book_details, books, contributors, related, subject_headings, subjects

BOOK_ISBNS: BindParameter[Any] = bindparam("isbns", expanding=True)
BOOK_ISBN: BindParameter[Any] = bindparam("book_isbn")
row_values = attrgetter(*ROW_FIELDS)
detail_values = attrgetter(*DETAIL_FIELDS)

LIST_EXISTING_ISBNS = select(books.c.isbn).where(books.c.isbn.in_(BOOK_ISBNS))


def list_existing_isbns(db: Connection, isbns: Collection[str]) -> set[str]:
    """Return those of the ISBNs that have a book, listed or not."""
    return set(db.execute(LIST_EXISTING_ISBNS, {"isbns": list(isbns)}).scalars())


LIST_BOOK_ROWS = select(*(books.c[name] for name in ROW_FIELDS)).where(books.c.isbn.in_(BOOK_ISBNS))
LIST_DETAILS = select(book_details.c.isbn, *(book_details.c[name] for name in DETAIL_FIELDS)).where(
    book_details.c.isbn.in_(BOOK_ISBNS)
)
LIST_STORED_CONTRIBUTORS = (
    select(
        contributors.c.isbn,
        contributors.c.role,
        contributors.c.name,
        contributors.c.key,
        contributors.c.biography,
        contributors.c.isni,
    )
    .where(contributors.c.isbn.in_(BOOK_ISBNS))
    .order_by(contributors.c.isbn, contributors.c.position)
)
LIST_STORED_SUBJECTS = (
    select(subjects.c.isbn, subjects.c.code, subjects.c.scheme)
    .where(subjects.c.isbn.in_(BOOK_ISBNS))
    .order_by(subjects.c.isbn, subjects.c.position)
)
LIST_RELATED = select(related.c.isbn, related.c.code, related.c.other).where(related.c.isbn.in_(BOOK_ISBNS))


def list_books(db: Connection, isbns: Collection[str]) -> dict[str, DerivedBook]:
    """Return the books that exist among these, by ISBN."""
    rows = db.execute(LIST_BOOK_ROWS, {"isbns": list(isbns)}).all()
    if not rows:
        return {}
    found = [row.isbn for row in rows]
    details = {row.isbn: BookDetails(*row[1:]) for row in db.execute(LIST_DETAILS, {"isbns": found})}
    people = _list_by_isbn(db, LIST_STORED_CONTRIBUTORS, found)
    codes = _list_by_isbn(db, LIST_STORED_SUBJECTS, found)
    relations = _list_by_isbn(db, LIST_RELATED, found)
    return {
        row.isbn: DerivedBook(
            *row,
            details=details[row.isbn],
            contributors=tuple(Contributor(*one[1:]) for one in people[row.isbn]),
            subjects=tuple(Subject(*one[1:]) for one in codes[row.isbn]),
            related=tuple(sorted(RelatedIsbn(*one[1:]) for one in relations[row.isbn])),
        )
        for row in rows
    }


def _list_by_isbn(db: Connection, statement: Select[Any], isbns: list[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = defaultdict(list)
    for row in db.execute(statement, {"isbns": isbns}):
        found[row.isbn].append(row)
    return found


def add_books(db: Connection, new: Sequence[DerivedBook], listed: Mapping[str, date]) -> None:
    """Insert books; `listed` is the day, by ISBN, on which each was new in the shop."""
    rows = [(*row_values(book), listed[book.isbn]) for book in new]
    insert_rows(db, books, (*ROW_FIELDS, "listed_on"), rows)
    details = [(book.isbn, *detail_values(book.details)) for book in new]
    insert_rows(db, book_details, ("isbn", *DETAIL_FIELDS), details)
    add_parts(db, new)


UPDATE_BOOK = (
    books.update()
    .where(books.c.isbn == BOOK_ISBN)
    .values({name: bindparam(name) for name in ROW_FIELDS if name != "isbn"})
)
UPDATE_DETAILS = (
    book_details.update()
    .where(book_details.c.isbn == BOOK_ISBN)
    .values({name: bindparam(name) for name in DETAIL_FIELDS})
)


def update_books(db: Connection, changed: Sequence[DerivedBook], before: Mapping[str, DerivedBook]) -> None:
    """Write what differs from the state `before`."""
    rows = [
        {"book_isbn": book.isbn, **{name: getattr(book, name) for name in ROW_FIELDS if name != "isbn"}}
        for book in changed
        if row_values(book) != row_values(before[book.isbn])
    ]
    details = [
        {"book_isbn": book.isbn, **{name: getattr(book.details, name) for name in DETAIL_FIELDS}}
        for book in changed
        if book.details != before[book.isbn].details
    ]
    _update(db, UPDATE_BOOK, rows)
    _update(db, UPDATE_DETAILS, details)
    replace_parts(db, changed, before)


def _update(db: Connection, statement: Update, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.execute(statement, rows)


SET_CHANGE_DATES = books.update().where(books.c.isbn.in_(BOOK_ISBNS)).values(changes_on=bindparam("day"))


def set_change_dates(db: Connection, isbns: Collection[str], day: date | None) -> None:
    """Set when books are due; deriving them again sets it too."""
    db.execute(SET_CHANGE_DATES, {"isbns": list(isbns), "day": day})


HIDE_BOOKS = books.update().where(books.c.isbn.in_(BOOK_ISBNS)).values(is_listed=False, may_sell=False)


def hide_books(db: Connection, isbns: Collection[str]) -> None:
    """Stop listing and selling books."""
    db.execute(HIDE_BOOKS, {"isbns": list(isbns)})


# the first heading of a code stays
ADD_HEADINGS = {
    "sqlite": sqlite.insert(subject_headings).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(subject_headings).on_conflict_do_nothing(),
}


def add_headings(db: Connection, headings: Iterable[SubjectHeading]) -> None:
    """Store the headings of subject codes that have none."""
    if rows := [one._asdict() for one in sorted(headings)]:
        db.execute(ADD_HEADINGS[db.dialect.name], rows)
