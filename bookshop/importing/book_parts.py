"""SQL of the parts of a book: contributors, subjects and related products."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam

from bookshop.database.insert_rows import insert_rows
from bookshop.importing.rules.derived_book import DerivedBook
from bookshop.schema import contributors, related, subjects


class PartTable(NamedTuple):
    """A table of parts: its columns and, for a book, its rows."""

    table: Table
    columns: tuple[str, ...]
    rows_of: Callable[[DerivedBook], list[tuple[Any, ...]]]


def _contributor_rows(book: DerivedBook) -> list[tuple[Any, ...]]:
    return [
        (book.isbn, position, one.role, one.name, one.key, one.biography, one.isni)
        for position, one in enumerate(book.contributors)
    ]


def _subject_rows(book: DerivedBook) -> list[tuple[Any, ...]]:
    return [(book.isbn, position, one.scheme, one.code) for position, one in enumerate(book.subjects)]


def _related_rows(book: DerivedBook) -> list[tuple[Any, ...]]:
    return [(book.isbn, *one) for one in book.related]


PARTS = (
    PartTable(
        contributors, ("isbn", "position", "role", "name", "key", "biography", "isni"), _contributor_rows
    ),
    PartTable(subjects, ("isbn", "position", "scheme", "code"), _subject_rows),
    PartTable(related, ("isbn", "code", "other"), _related_rows),
)


def add_parts(db: Connection, books: Sequence[DerivedBook]) -> None:
    """Insert the parts of new books."""
    for part in PARTS:
        insert_rows(db, part.table, part.columns, [row for book in books for row in part.rows_of(book)])


DELETE_PARTS = [
    part.table.delete().where(part.table.c.isbn.in_(bindparam("isbns", expanding=True))) for part in PARTS
]


def replace_parts(db: Connection, changed: Sequence[DerivedBook], before: Mapping[str, DerivedBook]) -> None:
    """Write the parts that differ from the state `before`."""
    for part, delete_parts in zip(PARTS, DELETE_PARTS, strict=True):
        differing = [book for book in changed if part.rows_of(book) != part.rows_of(before[book.isbn])]
        if differing:
            db.execute(delete_parts, {"isbns": [book.isbn for book in differing]})
            rows = [row for book in differing for row in part.rows_of(book)]
            insert_rows(db, part.table, part.columns, rows)
