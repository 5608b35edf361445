"""Set and remove a bookseller's values over imported ones."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bookshop.importing.book_store import list_books, update_books
from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.override_store import delete_override, set_overrides
from bookshop.importing.rebuild import rebuild_books
from bookshop.importing.record_store import list_records
from bookshop.importing.rules.overridable_fields import OVERRIDABLE_FIELDS, apply_overrides
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market


class InvalidOverride(Exception):
    """A value that a field cannot have; the message is the reason."""


def override_book(db: Connection, isbn: str, field: str, value: str, market: Market, now: datetime) -> None:
    """Set a field of a book, whatever is imported; raises InvalidOverride."""
    override_books(db, {isbn: {field: value}}, market, now)


def override_books(
    db: Connection, values: Mapping[str, Mapping[str, str]], market: Market, now: datetime
) -> None:
    """Set fields of several books, by ISBN and field; raises InvalidOverride."""
    lock_catalogue(db)
    before = list_books(db, values)
    for isbn, fields in values.items():
        if isbn not in before:
            raise InvalidOverride(f"There is no book with the ISBN {isbn}.")
        for field, value in fields.items():
            if field not in OVERRIDABLE_FIELDS or OVERRIDABLE_FIELDS[field](value) is None:
                raise InvalidOverride(f"The field {field} cannot be {value[:40]!r}.")
    set_overrides(db, values, now)
    records = list_records(db, values)
    sent = {one.isbn for one in records}
    rebuild_books(db, sorted(sent), records, market, now)
    # a book without records is the shop's own: its rows are all there is to change
    own = [isbn for isbn in values if isbn not in sent]
    if own:
        update_books(db, [apply_overrides(before[isbn], values[isbn]) for isbn in own], before)
        index_books(db, own)


def remove_override(db: Connection, isbn: str, field: str, market: Market, now: datetime) -> bool:
    """Let the imported value hold again, and return whether there was an override.

    A book without records keeps its value.
    """
    lock_catalogue(db)
    was_set = delete_override(db, isbn, field)
    records = list_records(db, [isbn])
    if was_set and records:
        rebuild_books(db, [isbn], records, market, now)
    return was_set
