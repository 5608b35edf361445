"""Some records of one sender into the catalogue: a unit of work that is all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bookshop.importing.rebuild import BookChange, rebuild_books
from bookshop.importing.rules.notifications import (
    InapplicableRecord,
    Outcome,
    StoredRecord,
    apply_notification,
)
from bookshop.importing.store import (
    KnownRecord,
    add_records,
    change_records,
    list_blocks,
    list_known_records,
    list_other_records,
    lock_catalogue,
    mark_records,
)
from bookshop.onix.record import Action, Record, RefusedRecord
from bookshop.trade.market import Market


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of some records; `refused` are those that could be read but not applied."""

    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[RefusedRecord, ...] = ()
    changes: tuple[BookChange, ...] = ()


@dataclass(slots=True)
class BatchState:
    """What a sender said before, and what it says after each record."""

    known: Mapping[str, KnownRecord]
    said: dict[str, StoredRecord]
    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def hear(self, record: Record, sender: str, sent_at: datetime, today: date) -> None:
        """Take a record; `touched` are the books of which something may be different now."""
        before = self.said.get(record.reference)
        try:
            outcome, after = apply_notification(record, before, sender, sent_at)
        except InapplicableRecord as problem:
            self.refused.append(RefusedRecord(record.position, record.line, record.reference, str(problem)))
            return
        self.outcomes.append((outcome, after.isbn if after else ""))
        if after is None:
            return
        self.said[record.reference] = after
        if outcome in (Outcome.CHANGED, Outcome.RETIRED) or self._is_due(record.reference, today):
            self.touched.update(one.isbn for one in (before, after) if one)

    def _is_due(self, reference: str, today: date) -> bool:
        known = self.known.get(reference)
        return known is not None and (
            not known.has_book or (known.changes_on is not None and known.changes_on <= today)
        )

    def write(self, db: Connection) -> None:
        """Keep what is said now."""
        added, changed, marked = [], [], []
        for reference, after in self.said.items():
            before = self.known[reference].saying if reference in self.known else None
            if before is None:
                added.append(after)
            elif not after.has_content_of(before):
                changed.append(after)
            elif (after.sent_at, after.is_retired) != (before.sent_at, before.is_retired):
                marked.append(after)
        add_records(db, added)
        change_records(db, changed)
        mark_records(db, marked)

    def gather(self, db: Connection, sender: str) -> list[StoredRecord]:
        """All that is said of the touched books, by this sender and by others."""
        held = {reference: one for reference, one in self.said.items() if one.text is not None}
        stored = list_other_records(db, self.touched, sender, held) if self.touched else []
        return [*held.values(), *(self._as_it_is(one, sender) for one in stored)]

    def _as_it_is(self, stored: StoredRecord, sender: str) -> StoredRecord:
        now = self.said.get(stored.reference) if stored.sender == sender else None
        return replace(stored, is_retired=now.is_retired, sent_at=now.sent_at) if now else stored


def apply_batch(
    db: Connection,
    sender: str,
    sent_at: datetime,
    records: Sequence[Record],
    market: Market,
    now: datetime,
    *,
    dry_run: bool = False,
) -> BatchResult:
    """Apply a sender's records in their order, and bring their books up to date."""
    if not dry_run:
        lock_catalogue(db)
    hearing = _listen(db, sender, records)
    today = now.astimezone(market.zone).date()
    for record in records:
        hearing.hear(record, sender, sent_at, today)
    sayings = hearing.gather(db, sender)
    if not dry_run:
        hearing.write(db)
    changes = rebuild_books(db, sorted(hearing.touched), sayings, market, now, dry_run=dry_run)
    return BatchResult(tuple(_with_new(hearing.outcomes, changes)), tuple(hearing.refused), tuple(changes))


def _listen(db: Connection, sender: str, records: Sequence[Record]) -> BatchState:
    known = list_known_records(db, sender, {record.reference for record in records})
    updated = {record.reference for record in records if record.action is Action.UPDATE}
    texts = list_blocks(db, sender, updated & known.keys())
    said = {
        reference: replace(one.saying, text=texts.get(reference)) if texts else one.saying
        for reference, one in known.items()
    }
    return BatchState(known, said)


def _with_new(outcomes: Iterable[tuple[Outcome, str]], changes: Iterable[BookChange]) -> Iterable[Outcome]:
    """The outcomes, those being new that brought a book into the catalogue."""
    new = {change.isbn for change in changes if change.is_new}
    for outcome, isbn in outcomes:
        if outcome is Outcome.CHANGED and isbn in new:
            new.discard(isbn)
            yield Outcome.NEW
        else:
            yield outcome
