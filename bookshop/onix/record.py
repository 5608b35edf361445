"""What readers of ONIX and CSV return: message header, records and refused records."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bookshop.onix.blocks import Blocks, load_blocks

# as wide as the columns of senders and references
MAX_NAME_CHARS = 128
MAX_ERROR_CHARS = 120


class RecordAction(StrEnum):
    """What a record does to the record that its sender sent before."""

    REPLACE = "replace"
    UPDATE = "update"
    RETIRE = "retire"
    IGNORE = "ignore"


# ONIX code list 1
ACTIONS = {
    "01": RecordAction.REPLACE,
    "02": RecordAction.REPLACE,
    "03": RecordAction.REPLACE,
    "04": RecordAction.UPDATE,
    "05": RecordAction.RETIRE,
    "88": RecordAction.IGNORE,
    "89": RecordAction.IGNORE,
}

# ONIX code list 3, the best source first: publisher, its distributor or sales agent, agency, wholesaler
SOURCE_RANKS = {"01": 0, "02": 1, "06": 1, "04": 2, "03": 3}
OTHER_SOURCE_RANK = 4


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """Who sent a file and when; `ignored` names the columns of a table that are not known.

    `other_sheets` of a workbook are tables like the one that is read. At the end of a CSV file, another
    header has the encoding if it was guessed.
    """

    sender: str = ""
    sent_at: datetime | None = None
    ignored: tuple[str, ...] = ()
    guessed_encoding: str = ""
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One product of a file.

    `text` is its blocks as they are stored, `isbn` is '' where there is none. `source_priority` is 0 for the
    most trusted kind of source. `unknown` are codes that are in no list of ONIX, each after the name of its
    element. `warnings` are sentences about values that could not be used, such as a date.
    """

    reference: str
    notification: str
    isbn: str
    position: int
    line: int
    source_priority: int
    text: str
    unknown: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def blocks(self) -> Blocks:
        """Load the blocks from their stored text."""
        return load_blocks(self.text)

    @property
    def action(self) -> RecordAction:
        """Look up the notification type; readers reject the types that have no action."""
        return ACTIONS[self.notification]


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record, or the rest of a file (`ends_file`), that could not be read, and why.

    `is_damaged` means that the file itself is broken there, and not only what it tells about a book.
    """

    position: int
    line: int
    reference: str
    reason: str
    ends_file: bool = False
    is_damaged: bool = False


def failure_reason(error: Exception) -> str:
    """Return the reason to refuse a record that an error of the shop's own keeps out."""
    first_line = str(error).partition("\n")[0][:MAX_ERROR_CHARS]
    return f"The shop could not process it; please report this: {type(error).__name__}: {first_line}"


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """A value of a record that could not be used; the rest of the record was."""

    position: int
    line: int
    reference: str
    reason: str


ReadItem: TypeAlias = MessageHeader | Record | RefusedRecord


def source_priority_of(source_type: str) -> int:
    """Return how far to trust a source of this type of list 3, the best being 0."""
    return SOURCE_RANKS.get(source_type, OTHER_SOURCE_RANK)
