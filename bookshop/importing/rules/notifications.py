"""What becomes of a sender's earlier words when a record comes: the rules of ONIX's notifications."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bookshop.onix.blocks import Blocks, digest, dump_blocks, load_blocks, merge_blocks
from bookshop.onix.record import Action, Record


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What a sender said last of a product; the text of its blocks is None where nobody needs it."""

    sender: str
    reference: str
    isbn: str
    sent_at: datetime
    digest: str
    rank: int
    is_retired: bool
    text: str | None = None

    @property
    def content(self) -> Blocks:
        """The blocks."""
        return load_blocks(self.text or "{}")

    def has_content_of(self, other: "StoredRecord") -> bool:
        """Whether the same is said, whenever that was and whether it still holds."""
        return (self.digest, self.isbn, self.rank) == (other.digest, other.isbn, other.rank)


class Outcome(StrEnum):
    """What came of a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RETIRED = "retired"
    IGNORED = "ignored"
    STALE = "stale"
    REFUSED = "refused"


class InapplicableRecord(Exception):
    """A record that cannot be applied to what is known; the message says why."""


def apply_notification(
    record: Record, known: StoredRecord | None, sender: str, sent_at: datetime
) -> tuple[Outcome, StoredRecord | None]:
    """What comes of a record, and what its sender says from now on; raises InapplicableRecord.

    Whether it is of a new book, others decide: to know a record is not to know its book.
    """
    if record.action is Action.IGNORE:
        return Outcome.IGNORED, known
    if known and sent_at < known.sent_at:
        return Outcome.STALE, known
    if record.action is Action.RETIRE:
        return _retire(known, sent_at)
    said = _replace(record, known, sender, sent_at)
    is_same = known is not None and not known.is_retired and said.has_content_of(known)
    return (Outcome.UNCHANGED if is_same else Outcome.CHANGED), said


def _retire(known: StoredRecord | None, sent_at: datetime) -> tuple[Outcome, StoredRecord | None]:
    if known is None:
        return Outcome.IGNORED, None
    outcome = Outcome.UNCHANGED if known.is_retired else Outcome.RETIRED
    return outcome, replace(known, is_retired=True, sent_at=sent_at)


def _replace(record: Record, known: StoredRecord | None, sender: str, sent_at: datetime) -> StoredRecord:
    text, isbn = record.text, record.isbn
    if record.action is Action.UPDATE:
        if known is None or known.is_retired:
            state = "has withdrawn" if known else "has never sent"
            raise InapplicableRecord(f"it changes a part of a record that its sender {state}")
        text = dump_blocks(merge_blocks(known.content, record.blocks))
        isbn = isbn or known.isbn
    return StoredRecord(sender, record.reference, isbn, sent_at, digest(text), record.rank, False, text)


def rank_sources(sayings: list[StoredRecord]) -> tuple[list[Blocks], bool]:
    """What counts of all that is said of one ISBN, the best source first; and whether it is retired.

    Of one sender only the newest record counts: it took the place of those under other references. When all
    have withdrawn theirs, the last words stay.
    """
    live = [one for one in sayings if not one.is_retired]
    newest: dict[str, StoredRecord] = {}
    for one in sorted(live or sayings, key=lambda one: (one.sent_at, one.reference)):
        newest[one.sender] = one
    ranked = sorted(newest.values(), key=lambda one: (one.rank, -one.sent_at.timestamp(), one.sender))
    return [one.content for one in ranked], not live
