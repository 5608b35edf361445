"""A scan, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ScanOutcome(StrEnum):
    """What came of a scan."""

    # while an order is packed
    IN_BOX = "in_box"
    TAKEN_OUT = "taken_out"
    OTHER_BOOK = "other_book"
    ENOUGH = "enough"
    TOO_MANY = "too_many"
    NOT_RECEIVED = "not_received"
    NOT_FULL = "not_full"
    OPENED = "opened"
    PACKED = "packed"
    # while copies are received
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"
    SLIP = "slip"
    # both
    UNKNOWN_BOOK = "unknown_book"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_SLIP = "unknown_slip"


REFUSED = (ScanOutcome.OTHER_BOOK, ScanOutcome.ENOUGH, ScanOutcome.TOO_MANY, ScanOutcome.NOT_RECEIVED)
UNCLEAR = (
    ScanOutcome.NOT_FULL,
    ScanOutcome.SLIP,
    ScanOutcome.UNKNOWN_BOOK,
    ScanOutcome.UNKNOWN_CODE,
    ScanOutcome.UNKNOWN_SLIP,
)


@dataclass(frozen=True, slots=True)
class ScanEntry:
    """A scan; `title` is empty unless the book is in the catalogue."""

    key: str
    outcome: ScanOutcome
    code: str
    isbn: str
    quantity: int
    actor: str
    at: datetime
    details: Mapping[str, Any]
    title: str = ""

    @property
    def is_refused(self) -> bool:
        return self.outcome in REFUSED

    @property
    def is_unclear(self) -> bool:
        return self.outcome in UNCLEAR
