"""Displays: the books that a bookseller put together, such as the staff picks."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam

from bookshop.catalogue.book import Pick
from bookshop.catalogue.book_store import BOOKS, book_of
from bookshop.database import AnyRow
from bookshop.schema import books, displays

STAFF_PICKS = "picks"

LIST_DISPLAY = (
    BOOKS.add_columns(displays.c.note, displays.c.note_by)
    .join(displays, displays.c.isbn == books.c.isbn)
    .where(displays.c.display == bindparam("display"))
    .order_by(displays.c.position)
)


def list_display(db: Connection, display: str) -> list[Pick]:
    """Return the books of a display, in the bookseller's order."""
    return [_pick_of(row) for row in db.execute(LIST_DISPLAY, {"display": display})]


LIST_DISPLAYS = (
    BOOKS.add_columns(displays.c.note, displays.c.note_by, displays.c.display)
    .join(displays, displays.c.isbn == books.c.isbn)
    .order_by(displays.c.display, displays.c.position)
)


def list_displays(db: Connection) -> dict[str, list[Pick]]:
    """Return the books of every display, by its name; one without books is an empty list."""
    picks: dict[str, list[Pick]] = defaultdict(list)
    for row in db.execute(LIST_DISPLAYS):
        picks[row.display].append(_pick_of(row))
    return picks


FIND_PICK = LIST_DISPLAY.where(books.c.isbn == bindparam("book"))


def find_pick(db: Connection, isbn: str) -> Pick | None:
    """Return a book's staff pick."""
    row = db.execute(FIND_PICK, {"display": STAFF_PICKS, "book": isbn}).first()
    return _pick_of(row) if row else None


def _pick_of(row: AnyRow) -> Pick:
    return Pick(book_of(row), row.note, row.note_by)


def add_display(db: Connection, display: str, picks: Iterable[tuple[str, str, str]]) -> None:
    """Add a display of books as (isbn, note, by)."""
    rows = [
        {"display": display, "position": position, "isbn": isbn, "note": note, "note_by": by}
        for position, (isbn, note, by) in enumerate(picks)
    ]
    if rows:
        db.execute(displays.insert(), rows)
