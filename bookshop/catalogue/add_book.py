"""Add a book to the catalogue, with its parts and its relations."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_row import BookRow
from bookshop.schema import book_details, books, contributors, related, subjects


def add_book(db: Connection, book: Book, listed_on: date) -> None:
    """Add a book with its details, contributors and subjects."""
    row = {field.name: getattr(book, field.name) for field in fields(BookRow)}
    picture = {
        "cover_version": book.cover_version,
        "cover_width": book.cover_width,
        "cover_height": book.cover_height,
    }
    db.execute(books.insert(), {**row, **picture, "listed_on": listed_on})
    db.execute(book_details.insert(), {"isbn": book.isbn, **asdict(book.details)})
    _add_parts(db, contributors, book.isbn, [asdict(person) for person in book.contributors])
    _add_parts(db, subjects, book.isbn, [asdict(subject) for subject in book.subjects])


def _add_parts(db: Connection, table: Table, isbn: str, parts: list[dict[str, Any]]) -> None:
    if parts:
        rows = [{"isbn": isbn, "position": position, **part} for position, part in enumerate(parts)]
        db.execute(table.insert(), rows)


def add_related(db: Connection, isbn: str, relations: Iterable[tuple[str, str]]) -> None:
    """Add a book's relations, as pairs of a code of ONIX list 51 and another book's ISBN."""
    if rows := [{"isbn": isbn, "code": code, "other": other} for code, other in relations]:
        db.execute(related.insert(), rows)
