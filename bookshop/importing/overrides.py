"""The bookseller's own words over what is imported."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection

from bookshop.catalogue.book import Contributor
from bookshop.importing.rebuild import rebuild_books
from bookshop.importing.rules.derive import OVERRIDABLE_FIELDS, DerivedBook, apply_overrides
from bookshop.importing.store import (
    Row,
    change_entries,
    delete_override,
    entry_row,
    list_entries,
    list_records,
    lock_catalogue,
    set_overrides,
)
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market


class InvalidOverride(Exception):
    """Words that cannot be taken; the message says why."""


def override_book(db: Connection, isbn: str, field: str, value: str, market: Market, now: datetime) -> None:
    """Let the bookseller's word hold for a field, whatever is imported; raises InvalidOverride."""
    override_books(db, {isbn: {field: value}}, market, now)


def override_books(
    db: Connection, words: Mapping[str, Mapping[str, str]], market: Market, now: datetime
) -> None:
    """As override_book, for fields of several books."""
    lock_catalogue(db)
    before = list_entries(db, words)
    for isbn, values in words.items():
        if isbn not in before:
            raise InvalidOverride(f"there is no book {isbn}")
        for field, value in values.items():
            if field not in OVERRIDABLE_FIELDS or OVERRIDABLE_FIELDS[field](value) is None:
                raise InvalidOverride(f"{field} cannot be {value[:40]!r}")
    set_overrides(db, words, now)
    sayings = list_records(db, words)
    told = {one.isbn for one in sayings}
    rebuild_books(db, sorted(told), sayings, market, now)
    # what nobody else says is the shop's own, and only here
    own = [isbn for isbn in words if isbn not in told]
    if own:
        rows = [entry_row(apply_overrides(_entry(before[isbn]), words[isbn])) for isbn in own]
        change_entries(db, rows, before)
        index_books(db, own)


def remove_override(db: Connection, isbn: str, field: str, market: Market, now: datetime) -> bool:
    """Let what is imported hold again; answers whether there was an edit.

    A book that nobody sends stays as it is.
    """
    lock_catalogue(db)
    was_there = delete_override(db, isbn, field)
    sayings = list_records(db, [isbn])
    if was_there and sayings:
        rebuild_books(db, [isbn], sayings, market, now)
    return was_there


def _entry(row: Row) -> DerivedBook:
    """The entry that a book's rows are of."""
    parts = {
        "contributors": tuple(Contributor(*one) for one in row["contributors"]),
        "keywords": tuple(filter(None, row["keywords"].split("; "))),
        "headings": (),
        "cover_links": (),
    }
    known = {field.name: row[field.name] for field in fields(DerivedBook) if field.name in row}
    return DerivedBook(**{**known, **parts})
