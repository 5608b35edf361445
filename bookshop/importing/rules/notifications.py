"""ONIX notifications: what a record does to the record that its sender sent before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bookshop.onix.blocks import Blocks, digest, dump_blocks, load_blocks, merge_blocks
from bookshop.onix.record import Record, RecordAction

# a message that changes one record more often changes it again when it comes again
MAX_NAMED = 20
NAME_DIGEST_CHARS = 12


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The latest record of a product from one sender.

    `text` is its blocks as they are stored, None where they were not loaded. `source_priority` is 0 for the
    most trusted kind of source. `applied` names what was sent of the product at this time, in that order.
    """

    sender: str
    reference: str
    isbn: str
    sent_at: datetime
    digest: str
    source_priority: int
    is_retired: bool
    applied: str = ""
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

    def is_sent_otherwise_than(self, other: "StoredRecord") -> bool:
        """Compare all but the content."""
        return (self.sent_at, self.is_retired, self.applied) != (
            other.sent_at,
            other.is_retired,
            other.applied,
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

    The outcome is never NEW: a stored record may have no book yet. A message may change a record more than
    once; when it comes again, it changes nothing.
    """
    if record.action is RecordAction.IGNORE:
        return Outcome.IGNORED, stored
    if stored and sent_at < stored.sent_at:
        return Outcome.STALE, stored
    applied = stored.applied.split() if stored and sent_at == stored.sent_at else []
    name = _name_notification(record)
    if name in applied:
        return Outcome.UNCHANGED, stored
    # names of later positions are of another message with the same time
    before = [one for one in applied if int(one.partition(".")[0]) < record.position]
    outcome, after = _apply(record, stored, sender, sent_at)
    return outcome, after and replace(after, applied=" ".join([*before, name][-MAX_NAMED:]))


def _name_notification(record: Record) -> str:
    """Return a name by its position in its message and its content."""
    content = digest(f"{record.notification} {record.isbn} {record.text}")
    return f"{record.position}.{content[:NAME_DIGEST_CHARS]}"


def _apply(
    record: Record, stored: StoredRecord | None, sender: str, sent_at: datetime
) -> tuple[Outcome, StoredRecord | None]:
    if record.action is RecordAction.RETIRE:
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
    if record.action is RecordAction.UPDATE:
        if stored is None or stored.is_retired:
            state = "has withdrawn" if stored else "has never sent"
            raise InapplicableRecord(f"It changes a part of a record that its sender {state}.")
        text = dump_blocks(merge_blocks(stored.blocks, record.blocks))
        isbn = isbn or stored.isbn
    return StoredRecord(
        sender, record.reference, isbn, sent_at, digest(text), record.source_priority, False, text=text
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
