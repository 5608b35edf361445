"""Apply a batch of one sender's records to the catalogue, all or none of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.rebuild import BookChange, rebuild_books
from bookshop.importing.record_store import (
    KnownRecord,
    add_records,
    list_blocks,
    list_known_records,
    list_other_records,
    replace_records,
    set_record_status,
)
from bookshop.importing.rules.notifications import (
    InapplicableRecord,
    Outcome,
    StoredRecord,
    apply_notification,
)
from bookshop.onix.record import Record, RecordAction, RecordWarning, RefusedRecord
from bookshop.trade.market import Market


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch did; `refused` are records that could be read but not applied.

    `warnings` are about prices that cannot be used.
    """

    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[RefusedRecord, ...] = ()
    changes: tuple[BookChange, ...] = ()
    warnings: tuple[RecordWarning, ...] = ()


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
    """Apply records in their order and rebuild their books."""
    if not dry_run:
        lock_catalogue(db)
    state = load_state(db, sender, records)
    today = now.astimezone(market.zone).date()
    for record in records:
        state.apply(record, sender, sent_at, today)
    sources = state.load_sources(db, sender)
    if not dry_run:
        state.write(db)
    changes = rebuild_books(db, sorted(state.changed_isbns), sources, market, now, dry_run=dry_run)
    return BatchResult(
        tuple(_mark_new(state.outcomes, changes)),
        tuple(state.refused),
        tuple(changes),
        tuple(state.warn_of_prices(changes)),
    )


@dataclass(slots=True)
class BatchState:
    """A sender's stored records, `before` the batch and `after` those applied so far.

    `changed_isbns` are the books to rebuild.
    """

    before: Mapping[str, KnownRecord]
    after: dict[str, StoredRecord]
    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    changed_isbns: set[str] = field(default_factory=set)
    records_by_isbn: dict[str, Record] = field(default_factory=dict)

    def apply(self, record: Record, sender: str, sent_at: datetime, today: date) -> None:
        before = self.after.get(record.reference)
        try:
            outcome, after = apply_notification(record, before, sender, sent_at)
        except InapplicableRecord as problem:
            self.refused.append(RefusedRecord(record.position, record.line, record.reference, str(problem)))
            return
        self.outcomes.append((outcome, after.isbn if after else ""))
        if after is None:
            return
        self.after[record.reference] = after
        self.records_by_isbn[after.isbn] = record
        if outcome in (Outcome.CHANGED, Outcome.RETIRED) or self._is_due(record.reference, today):
            self.changed_isbns.update(one.isbn for one in (before, after) if one)

    def _is_due(self, reference: str, today: date) -> bool:
        known = self.before.get(reference)
        return known is not None and (
            not known.has_book or (known.changes_on is not None and known.changes_on <= today)
        )

    def warn_of_prices(self, changes: Iterable[BookChange]) -> Iterator[RecordWarning]:
        for change in changes:
            if change.price_problem and (record := self.records_by_isbn.get(change.isbn)):
                yield RecordWarning(record.position, record.line, record.reference, change.price_problem)

    def load_sources(self, db: Connection, sender: str) -> list[StoredRecord]:
        """Return the records of all senders for the changed books, with their blocks."""
        in_batch = {reference: one for reference, one in self.after.items() if one.text is not None}
        stored = list_other_records(db, self.changed_isbns, sender, in_batch) if self.changed_isbns else []
        return [*in_batch.values(), *(self._with_new_status(one, sender) for one in stored)]

    def _with_new_status(self, stored: StoredRecord, sender: str) -> StoredRecord:
        after = self.after.get(stored.reference) if stored.sender == sender else None
        return replace(stored, is_retired=after.is_retired, sent_at=after.sent_at) if after else stored

    def write(self, db: Connection) -> None:
        """Store the records that are not as they were."""
        added, replaced, confirmed = [], [], []
        for reference, after in self.after.items():
            before = self.before[reference].record if reference in self.before else None
            if before is None:
                added.append(after)
            elif not after.has_content_of(before):
                replaced.append(after)
            elif after.is_sent_otherwise_than(before):
                confirmed.append(after)
        add_records(db, added)
        replace_records(db, replaced)
        set_record_status(db, confirmed)


def load_state(db: Connection, sender: str, records: Sequence[Record]) -> BatchState:
    """Load the sender's stored records, with the blocks of those that an update will change."""
    known = list_known_records(db, sender, {record.reference for record in records})
    updated = {record.reference for record in records if record.action is RecordAction.UPDATE}
    blocks = list_blocks(db, sender, updated & known.keys())
    after = {
        reference: replace(one.record, text=blocks.get(reference)) if blocks else one.record
        for reference, one in known.items()
    }
    return BatchState(known, after)


def _mark_new(outcomes: Iterable[tuple[Outcome, str]], changes: Iterable[BookChange]) -> Iterable[Outcome]:
    """Yield the outcomes, with NEW for each record that brought a book into the catalogue."""
    new = {change.isbn for change in changes if change.is_new}
    for outcome, isbn in outcomes:
        if outcome is Outcome.CHANGED and isbn in new:
            new.discard(isbn)
            yield Outcome.NEW
        else:
            yield outcome
