"""Rebuild books: derive them from their records and write what differs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bookshop.covers.linked_cover_store import LinkedCover, set_cover_links
from bookshop.importing.book_store import (
    add_books,
    add_headings,
    hide_books,
    list_books,
    set_change_dates,
    update_books,
)
from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.override_store import list_overrides
from bookshop.importing.record_store import list_records
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import DerivedBook, changed_fields
from bookshop.importing.rules.notifications import StoredRecord, sort_sources
from bookshop.onix.collateral import CoverResource
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market

FULL_DATE_CHARS = len("YYYY-MM-DD")


@dataclass(frozen=True, slots=True)
class BookChange:
    """A new book, or an existing one whose `fields` changed.

    An unpriced book is listed without a price; `price_problem` is why the price that was sent cannot be used.
    """

    isbn: str
    title: str
    is_new: bool
    fields: tuple[str, ...] = ()
    is_unpriced: bool = False
    price_problem: str = ""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Derived books, by what has to be written; `orphaned` books have no records any more."""

    new: list[DerivedBook]
    changed: list[DerivedBook]
    orphaned: list[str]


def rebuild_books(
    db: Connection,
    isbns: Collection[str],
    records: Iterable[StoredRecord],
    market: Market,
    now: datetime,
    *,
    dry_run: bool = False,
) -> list[BookChange]:
    """Derive these books from all of their records, and write what that changes."""
    if not isbns:
        return []
    before = list_books(db, isbns)
    by_isbn = defaultdict(list)
    for one in records:
        by_isbn[one.isbn].append(one)
    derived = _derive_books(db, isbns, by_isbn, before, market, now)
    fields = {book.isbn: changed_fields(book, before[book.isbn]) for book in derived if book.isbn in before}
    rebuilt = Rebuilt(
        new=[book for book in derived if book.isbn not in before],
        changed=[book for book in derived if fields.get(book.isbn)],
        orphaned=[isbn for isbn, book in before.items() if isbn not in by_isbn and book.is_listed],
    )
    if not dry_run:
        _write(db, rebuilt, before, now.astimezone(market.zone).date())
        # not only of changed books, since a book does not have its links
        set_cover_links(db, [*map(_cover_link, derived), *(LinkedCover(isbn) for isbn in rebuilt.orphaned)])
    return [
        *(_change_of(book, is_new=True) for book in rebuilt.new),
        *(_change_of(book, fields[book.isbn]) for book in rebuilt.changed),
        *(
            BookChange(isbn, before[isbn].title, False, ("is_listed", "may_sell"))
            for isbn in rebuilt.orphaned
        ),
    ]


def _change_of(book: DerivedBook, fields: tuple[str, ...] = (), *, is_new: bool = False) -> BookChange:
    problem = book.price_problem if book.is_unpriced else ""
    return BookChange(book.isbn, book.title, is_new, fields, book.is_unpriced, problem)


def _derive_books(
    db: Connection,
    isbns: Collection[str],
    records: Mapping[str, Sequence[StoredRecord]],
    before: Mapping[str, DerivedBook],
    market: Market,
    now: datetime,
) -> list[DerivedBook]:
    overrides = list_overrides(db, before) if before else {}
    derived = []
    for isbn in isbns:
        if isbn in records:
            sources, is_retired = sort_sources(records[isbn])
            values = overrides.get(isbn, {})
            derived.append(derive_book(isbn, sources, values, market, now, is_retired=is_retired))
    return derived


def _write(db: Connection, rebuilt: Rebuilt, before: Mapping[str, DerivedBook], today: date) -> None:
    written = [*rebuilt.new, *rebuilt.changed]
    if rebuilt.new:
        add_books(db, rebuilt.new, {book.isbn: _first_listed(book.published, today) for book in rebuilt.new})
    if rebuilt.changed:
        update_books(db, rebuilt.changed, before)
    if rebuilt.orphaned:
        hide_books(db, rebuilt.orphaned)
    add_headings(db, {heading for book in written for heading in book.headings})
    index_books(db, [*(book.isbn for book in written), *rebuilt.orphaned])


def _first_listed(published: str, today: date) -> date:
    """Return the day on which a book that is added today was new in the shop."""
    if len(published) == FULL_DATE_CHARS:
        return min(date.fromisoformat(published), today)
    return today


def _cover_link(book: DerivedBook) -> LinkedCover:
    best = book.covers[0] if book.covers else CoverResource()
    return LinkedCover(book.isbn, best.get("link", ""), best.get("updated", ""), book.hidden_covers)


def rebuild_due(db: Connection, isbns: Sequence[str], market: Market, now: datetime) -> int:
    """Rebuild books whose day has come, and return how many."""
    lock_catalogue(db)
    set_change_dates(db, isbns, None)
    rebuild_books(db, isbns, list_records(db, isbns), market, now)
    return len(isbns)


def postpone_books(db: Connection, isbns: Sequence[str], day: date) -> None:
    """Rebuild books on another day that could not be rebuilt on theirs."""
    lock_catalogue(db)
    set_change_dates(db, isbns, day)
