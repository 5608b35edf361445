"""ONIX notifications: what a record does to the record that its sender sent before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bookshop.onix.blocks import Blocks, digest, dump_blocks, load_blocks, merge_blocks
from bookshop.onix.record import Action, Record


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The latest record of a product from one sender.

    `text` is its blocks as they are stored, None where they were not loaded. `source_priority` is 0 for the
    most trusted kind of source.
    """

    sender: str
    reference: str
    isbn: str
    sent_at: datetime
    digest: str
    source_priority: int
    is_retired: bool
    text: str | None = None

    @property
    def blocks(self) -> Blocks:
        return load_blocks(self.text or "{}")

    def has_content_of(self, other: "StoredRecord") -> bool:
        """Compare content only, whenever the two were sent and whether they are retired."""
        return (self.digest, self.isbn, self.source_priority) == (
            other.digest,
            other.isbn,
            other.source_priority,
        )


class Outcome(StrEnum):
    """What a record did to the catalogue."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RETIRED = "retired"
    IGNORED = "ignored"
    STALE = "stale"
    REFUSED = "refused"


class InapplicableRecord(Exception):
    """A record cannot be applied to what is stored; the message is the reason."""


def apply_notification(
    record: Record, stored: StoredRecord | None, sender: str, sent_at: datetime
) -> tuple[Outcome, StoredRecord | None]:
    """Return the outcome, and the record to store from now on; raises InapplicableRecord.

    The outcome is never NEW: a stored record may have no book yet.
    """
    if record.action is Action.IGNORE:
        return Outcome.IGNORED, stored
    if stored and sent_at < stored.sent_at:
        return Outcome.STALE, stored
    if record.action is Action.RETIRE:
        return _retire(stored, sent_at)
    after = _replace(record, stored, sender, sent_at)
    is_same = stored is not None and not stored.is_retired and after.has_content_of(stored)
    return (Outcome.UNCHANGED if is_same else Outcome.CHANGED), after


def _retire(stored: StoredRecord | None, sent_at: datetime) -> tuple[Outcome, StoredRecord | None]:
    if stored is None:
        return Outcome.IGNORED, None
    outcome = Outcome.UNCHANGED if stored.is_retired else Outcome.RETIRED
    return outcome, replace(stored, is_retired=True, sent_at=sent_at)


def _replace(record: Record, stored: StoredRecord | None, sender: str, sent_at: datetime) -> StoredRecord:
    text, isbn = record.text, record.isbn
    if record.action is Action.UPDATE:
        if stored is None or stored.is_retired:
            state = "has withdrawn" if stored else "has never sent"
            raise InapplicableRecord(f"It changes a part of a record that its sender {state}.")
        text = dump_blocks(merge_blocks(stored.blocks, record.blocks))
        isbn = isbn or stored.isbn
    return StoredRecord(
        sender, record.reference, isbn, sent_at, digest(text), record.source_priority, False, text
    )


def sort_sources(records: Iterable[StoredRecord]) -> tuple[list[Blocks], bool]:
    """Return the blocks of an ISBN's records, the best first, and whether the book is retired.

    Only the newest record of each sender counts: it replaces those under other references. When all senders
    have withdrawn theirs, the last records stay.
    """
    records = list(records)
    live = [one for one in records if not one.is_retired]
    newest: dict[str, StoredRecord] = {}
    for one in sorted(live or records, key=lambda one: (one.sent_at, one.reference)):
        newest[one.sender] = one
    ranked = sorted(
        newest.values(), key=lambda one: (one.source_priority, -one.sent_at.timestamp(), one.sender)
    )
    return [one.blocks for one in ranked], not live
