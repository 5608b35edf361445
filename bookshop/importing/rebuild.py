"""Books brought up to date with what is said of them: derived anew, compared, written where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bookshop.catalogue.store import list_due
from bookshop.covers.store import set_cover_links
from bookshop.importing.rules.derive import DerivedBook, derive_book
from bookshop.importing.rules.notifications import StoredRecord, rank_sources
from bookshop.importing.store import (
    add_entries,
    add_headings,
    change_entries,
    clear_change_dates,
    differing_fields,
    entry_row,
    hide_books,
    list_entries,
    list_overrides,
    list_records,
    lock_catalogue,
)
from bookshop.onix.collateral import CoverResource
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market

FULL_DATE = len("YYYY-MM-DD")
HIDDEN = ("is_listed", "may_sell")


@dataclass(frozen=True, slots=True)
class BookChange:
    """A book that is new, or some of whose fields are."""

    isbn: str
    title: str
    is_new: bool
    fields: tuple[str, ...] = ()


def rebuild_books(
    db: Connection,
    isbns: Collection[str],
    sayings: Iterable[StoredRecord],
    market: Market,
    now: datetime,
    *,
    dry_run: bool = False,
) -> list[BookChange]:
    """Derive these books from all that is said of them, and write what that changes."""
    if not isbns:
        return []
    by_isbn = defaultdict(list)
    for one in sayings:
        by_isbn[one.isbn].append(one)
    before = list_entries(db, isbns)
    own_words = list_overrides(db, before) if before else {}
    entries = []
    for isbn in isbns:
        if isbn in by_isbn:
            sources, is_retired = rank_sources(by_isbn[isbn])
            words = own_words.get(isbn, {})
            entries.append(derive_book(isbn, sources, words, market, now, is_retired=is_retired))
    rows = {entry.isbn: entry_row(entry) for entry in entries}
    new = [row for isbn, row in rows.items() if isbn not in before]
    fields = {isbn: differing_fields(rows[isbn], before[isbn]) for isbn in rows if isbn in before}
    changed = [rows[isbn] for isbn, names in fields.items() if names]
    # all that was said of them is said of other books now
    left = [isbn for isbn in isbns if isbn not in by_isbn and before.get(isbn, {}).get("is_listed")]
    if not dry_run:
        if new:
            today = now.astimezone(market.zone).date()
            add_entries(db, new, {row["isbn"]: _listed(row["published"], today) for row in new})
        if changed:
            change_entries(db, changed, before)
        if left:
            hide_books(db, left)
        write_beside(db, [entry for entry in entries if entry.isbn not in fields or fields[entry.isbn]])
        index_books(db, [*(row["isbn"] for row in (*new, *changed)), *left])
    return [
        *(BookChange(row["isbn"], row["title"], is_new=True) for row in new),
        *(BookChange(row["isbn"], row["title"], False, tuple(fields[row["isbn"]])) for row in changed),
        *(BookChange(isbn, before[isbn]["title"], False, HIDDEN) for isbn in left),
    ]


def write_beside(db: Connection, entries: Sequence[DerivedBook]) -> None:
    """Write what comes with books but is in no row of theirs."""
    add_headings(db, {heading for entry in entries for heading in entry.headings})
    best = [(entry.isbn, entry.cover_links[0] if entry.cover_links else CoverResource()) for entry in entries]
    set_cover_links(db, [(isbn, one.get("link", ""), one.get("updated", "")) for isbn, one in best])


def rebuild_due(db: Connection, market: Market, now: datetime, limit: int) -> int:
    """Derive anew some of the books of which something changes today; says how many that were."""
    lock_catalogue(db)
    isbns = list_due(db, now.astimezone(market.zone).date(), limit)
    if isbns:
        clear_change_dates(db, isbns)
        rebuild_books(db, isbns, list_records(db, isbns), market, now)
    return len(isbns)


def _listed(published: str, today: date) -> date:
    """The day on which a book that the shop hears of today was new."""
    if len(published) == FULL_DATE:
        return min(date.fromisoformat(published), today)
    return today
