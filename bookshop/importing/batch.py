"""Some records of one sender into the catalogue: a unit of work that is all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bookshop.importing.rebuild import Change, refresh_books
from bookshop.importing.rules.notifications import NotTaken, Outcome, Saying, take_record
from bookshop.importing.store import (
    Known,
    add_records,
    change_records,
    list_known,
    list_other_sayings,
    list_texts,
    lock_catalogue,
    mark_records,
)
from bookshop.onix.record import Action, Record, Rejection
from bookshop.trade.market import Market


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of some records; `refused` are those that could be read but not applied."""

    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[Rejection, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Hearing:
    """What a sender said before, and what it says after each record."""

    known: Mapping[str, Known]
    said: dict[str, Saying]
    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)
    refused: list[Rejection] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def hear(self, record: Record, sender: str, sent_at: datetime, today: date) -> None:
        """Take a record; `touched` are the books of which something may be different now."""
        before = self.said.get(record.reference)
        try:
            outcome, after = take_record(record, before, sender, sent_at)
        except NotTaken as problem:
            self.refused.append(Rejection(record.position, record.line, record.reference, str(problem)))
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

    def gather(self, db: Connection, sender: str) -> list[Saying]:
        """All that is said of the touched books, by this sender and by others."""
        held = {reference: one for reference, one in self.said.items() if one.text is not None}
        stored = list_other_sayings(db, self.touched, sender, held) if self.touched else []
        return [*held.values(), *(self._as_it_is(one, sender) for one in stored)]

    def _as_it_is(self, stored: Saying, sender: str) -> Saying:
        now = self.said.get(stored.reference) if stored.sender == sender else None
        return replace(stored, is_retired=now.is_retired, sent_at=now.sent_at) if now else stored


def take_batch(
    db: Connection,
    sender: str,
    sent_at: datetime,
    records: Sequence[Record],
    market: Market,
    now: datetime,
    *,
    dry_run: bool = False,
) -> Batch:
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
    changes = refresh_books(db, sorted(hearing.touched), sayings, market, now, dry_run=dry_run)
    return Batch(tuple(_with_new(hearing.outcomes, changes)), tuple(hearing.refused), tuple(changes))


def _listen(db: Connection, sender: str, records: Sequence[Record]) -> Hearing:
    known = list_known(db, sender, {record.reference for record in records})
    updated = {record.reference for record in records if record.action is Action.UPDATE}
    texts = list_texts(db, sender, updated & known.keys())
    said = {
        reference: replace(one.saying, text=texts.get(reference)) if texts else one.saying
        for reference, one in known.items()
    }
    return Hearing(known, said)


def _with_new(outcomes: Iterable[tuple[Outcome, str]], changes: Iterable[Change]) -> Iterable[Outcome]:
    """The outcomes, those being new that brought a book into the catalogue."""
    new = {change.isbn for change in changes if change.is_new}
    for outcome, isbn in outcomes:
        if outcome is Outcome.CHANGED and isbn in new:
            new.discard(isbn)
            yield Outcome.NEW
        else:
            yield outcome
