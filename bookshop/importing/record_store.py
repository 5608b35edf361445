"""The latest record that each sender sent of each product.

Each function takes many at once, so that a batch costs a fixed number of statements.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, not_, select

from bookshop.database.insert_rows import insert_rows
from bookshop.importing.rules.notifications import StoredRecord
from bookshop.schema import books, records

SENDER: BindParameter[Any] = bindparam("record_sender")
REFERENCES: BindParameter[Any] = bindparam("references", expanding=True)
IS_OF_SENDER = and_(records.c.sender == SENDER, records.c.reference.in_(REFERENCES))

# the fields of a StoredRecord, in their order, without `text`
COLUMNS = (
    records.c.sender,
    records.c.reference,
    records.c.isbn,
    records.c.sent_at,
    records.c.digest,
    records.c.source_priority,
    records.c.is_retired,
    records.c.applied,
)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)
values_of = attrgetter(*COLUMN_NAMES)


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A stored record without its blocks; `changes_on` is when its book has to be derived again."""

    record: StoredRecord
    has_book: bool
    changes_on: date | None


LIST_KNOWN_RECORDS = (
    select(*COLUMNS, books.c.isbn.label("book_isbn"), books.c.changes_on)
    .outerjoin_from(records, books, books.c.isbn == records.c.isbn)
    .where(IS_OF_SENDER)
)


def list_known_records(db: Connection, sender: str, references: Collection[str]) -> dict[str, KnownRecord]:
    """Return those of a sender's records that are stored, by reference."""
    rows = db.execute(LIST_KNOWN_RECORDS, {"record_sender": sender, "references": list(references)})
    return {
        row.reference: KnownRecord(
            StoredRecord(*row[: len(COLUMNS)]), row.book_isbn is not None, row.changes_on
        )
        for row in rows
    }


LIST_BLOCKS = select(records.c.reference, records.c.blocks).where(IS_OF_SENDER)


def list_blocks(db: Connection, sender: str, references: Collection[str]) -> dict[str, str]:
    """Return the blocks of a sender's records as stored text, by reference."""
    if not references:
        return {}
    rows = db.execute(LIST_BLOCKS, {"record_sender": sender, "references": list(references)})
    return {row.reference: row.blocks for row in rows}


LIST_RECORDS = select(*COLUMNS, records.c.blocks).where(
    records.c.isbn.in_(bindparam("isbns", expanding=True))
)


def list_records(db: Connection, isbns: Collection[str]) -> list[StoredRecord]:
    """Return the records of all senders for these ISBNs."""
    return [StoredRecord(*row) for row in db.execute(LIST_RECORDS, {"isbns": list(isbns)})]


LIST_OTHER_RECORDS = LIST_RECORDS.where(not_(IS_OF_SENDER))


def list_other_records(
    db: Connection, isbns: Collection[str], sender: str, references: Collection[str]
) -> list[StoredRecord]:
    """Return the records for these ISBNs, except for these references of a sender."""
    values = {"isbns": list(isbns), "record_sender": sender, "references": list(references)}
    return [StoredRecord(*row) for row in db.execute(LIST_OTHER_RECORDS, values)]


def add_records(db: Connection, added: Sequence[StoredRecord]) -> None:
    rows = [(*values_of(one), one.text) for one in added]
    insert_rows(db, records, (*COLUMN_NAMES, "blocks"), rows)


REFERENCE: BindParameter[Any] = bindparam("record_reference")
IS_RECORD = and_(records.c.sender == SENDER, records.c.reference == REFERENCE)
REPLACE_RECORD = (
    records.update()
    .where(IS_RECORD)
    .values({column.name: bindparam(f"new_{column.name}") for column in records.c if not column.primary_key})
)


def replace_records(db: Connection, changed: Sequence[StoredRecord]) -> None:
    """Store new content for records that are stored already."""
    rows = [
        {
            "record_sender": one.sender,
            "record_reference": one.reference,
            "new_isbn": one.isbn,
            "new_sent_at": one.sent_at,
            "new_digest": one.digest,
            "new_source_priority": one.source_priority,
            "new_is_retired": one.is_retired,
            "new_applied": one.applied,
            "new_blocks": one.text,
        }
        for one in changed
    ]
    if rows:
        db.execute(REPLACE_RECORD, rows)


SET_STATUS = (
    records.update()
    .where(IS_RECORD)
    .values(
        sent_at=bindparam("new_sent_at"),
        is_retired=bindparam("new_is_retired"),
        applied=bindparam("new_applied"),
    )
)


def set_record_status(db: Connection, confirmed: Sequence[StoredRecord]) -> None:
    """Store when records were sent last, in what, and whether they are retired."""
    rows = [
        {
            "record_sender": one.sender,
            "record_reference": one.reference,
            "new_sent_at": one.sent_at,
            "new_is_retired": one.is_retired,
            "new_applied": one.applied,
        }
        for one in confirmed
    ]
    if rows:
        db.execute(SET_STATUS, rows)
