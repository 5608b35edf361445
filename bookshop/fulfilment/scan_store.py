"""Storing scans."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, or_, select

from bookshop.database import AnyRow
from bookshop.fulfilment.scan_entry import ScanEntry, ScanOutcome
from bookshop.schema import books, scans
from bookshop.schema.columns import TIMESTAMP

LAST_SCANS = 5


def scan_key(form_key: str, code: str) -> str:
    """Return the key of a scan: another code from the same form is another scan."""
    return sha256(f"{form_key}\n{code}".encode()).hexdigest()


FIND_SCAN = select(scans.c.order_id).where(scans.c.scan_key == bindparam("key"))


def has_scan(db: Connection, key: str) -> bool:
    """Return whether this scan has been stored."""
    return db.execute(FIND_SCAN, {"key": key}).first() is not None


def find_opened(db: Connection, key: str) -> str | None:
    """Return the order to which a scan belongs or that it opened; None if it is not stored."""
    return db.execute(FIND_SCAN, {"key": key}).scalar()


ADD_SCAN = scans.insert()


def add_scan(
    db: Connection,
    key: str,
    order_id: str | None,
    outcome: ScanOutcome,
    *,
    actor: str,
    now: datetime,
    code: str = "",
    isbn: str = "",
    quantity: int = 0,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Store a scan; the same key again violates a unique key."""
    db.execute(
        ADD_SCAN,
        {
            "scan_key": key,
            "order_id": order_id,
            "outcome": outcome,
            "code": code,
            "isbn": isbn,
            "quantity": quantity,
            "details": json.dumps(details or {}),
            "actor": actor,
            "at": now,
        },
    )


OF_ORDER = scans.c.order_id == bindparam("of_order")
IN_BOX = (ScanOutcome.IN_BOX, ScanOutcome.TAKEN_OUT)
COUNT_IN_BOX = (
    select(scans.c.isbn, func.sum(scans.c.quantity).label("copies"))
    .where(OF_ORDER, scans.c.outcome.in_(IN_BOX))
    .group_by(scans.c.isbn)
)


def count_in_box(db: Connection, order_id: str) -> Counter[str]:
    """Return how many copies of each book are in an order's box."""
    return Counter({row.isbn: int(row.copies) for row in db.execute(COUNT_IN_BOX, {"of_order": order_id})})


EMPTY_BOX = scans.delete().where(OF_ORDER)


def empty_box(db: Connection, order_id: str) -> None:
    """Forget what was scanned into an order's box: it has been packed."""
    db.execute(EMPTY_BOX, {"of_order": order_id})


SCANS = (
    select(scans, books.c.title).outerjoin(books, books.c.isbn == scans.c.isbn).order_by(scans.c.id.desc())
)
LIST_OF_ORDER = SCANS.where(OF_ORDER).limit(bindparam("most", type_=Integer))


def list_box_scans(db: Connection, order_id: str) -> list[ScanEntry]:
    """Return the last scans into an order's box, the last first."""
    return [_to_entry(row) for row in db.execute(LIST_OF_ORDER, {"of_order": order_id, "most": LAST_SCANS})]


LIST_RECEIVING = SCANS.where(
    scans.c.order_id.is_(None),
    scans.c.actor == bindparam("of_actor"),
    scans.c.at >= bindparam("since", type_=TIMESTAMP),
).limit(bindparam("most", type_=Integer))


def list_receiving_scans(db: Connection, actor: str, since: datetime, limit: int) -> list[ScanEntry]:
    """Return what a person has scanned while receiving, the last first."""
    values = {"of_actor": actor, "since": since, "most": limit}
    return [_to_entry(row) for row in db.execute(LIST_RECEIVING, values)]


FIND_RECEIVED = (
    SCANS.where(scans.c.scan_key == bindparam("key"), scans.c.outcome == ScanOutcome.RECEIVED)
    .order_by(None)
    .with_for_update(of=scans)
)


def lock_received(db: Connection, key: str) -> ScanEntry | None:
    """Return the scan by which copies were received, unless it was taken back."""
    row = db.execute(FIND_RECEIVED, {"key": key}).first()
    return _to_entry(row) if row else None


MARK_TAKEN_BACK = (
    scans.update().where(scans.c.scan_key == bindparam("key")).values(outcome=ScanOutcome.TAKEN_BACK)
)


def mark_taken_back(db: Connection, key: str) -> None:
    db.execute(MARK_TAKEN_BACK, {"key": key})


FORGET_SCANS = scans.delete().where(
    scans.c.at < bindparam("since", type_=TIMESTAMP),
    or_(scans.c.order_id.is_(None), scans.c.outcome.not_in(IN_BOX)),
)


def forget_scans(db: Connection, since: datetime) -> None:
    """Remove older scans, except for copies that are still in a box."""
    db.execute(FORGET_SCANS, {"since": since})


def _to_entry(row: AnyRow) -> ScanEntry:
    return ScanEntry(
        key=row.scan_key,
        outcome=ScanOutcome(row.outcome),
        code=row.code,
        isbn=row.isbn,
        quantity=row.quantity,
        actor=row.actor,
        at=row.at,
        details=json.loads(row.details),
        title=row.title or "",
    )
