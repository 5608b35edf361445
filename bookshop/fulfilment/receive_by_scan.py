"""Receive copies by scanning them: for the oldest orders that wait, or for the shelf."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.book_store import is_in_catalogue
from bookshop.catalogue.stock import OutOfStock, unreceive_stock
from bookshop.fulfilment.actions import lock_standing, record_action
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.moves import ImpossibleMove, Move, apply_moves, moves_of
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.scan_entry import ScanOutcome
from bookshop.fulfilment.scan_store import (
    add_scan,
    forget_scans,
    has_scan,
    lock_received,
    mark_taken_back,
)
from bookshop.fulfilment.timeline import Action, Entry, without_undone
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.trade.scanned_code import Scan

KEPT_FOR = timedelta(days=7)


def receive_scan(
    db: Connection, scan: Scan, key: str, *, is_counted: bool, actor: str, now: datetime
) -> None:
    """Receive the copies of a scan and give them to orders that wait.

    The same `key` again changes nothing. Copies that `is_counted` are in stock already, by the till's count.
    Raises NotAllowed.
    """
    if has_scan(db, key):
        return
    forget_scans(db, now - KEPT_FOR)
    outcome, details = find_outcome(db, scan), {}
    if outcome is ScanOutcome.RECEIVED:
        quantities = {scan.isbn: scan.quantity}
        assigned = arrive(db, quantities, key=key, is_counted=is_counted, actor=actor, now=now)
        details = {"assigned": [[one.order_id, one.quantity] for one in assigned], "is_counted": is_counted}
    add_once(db, key, scan, outcome, details, actor, now)


def find_outcome(db: Connection, scan: Scan) -> ScanOutcome:
    """Return whether the scan is a book of the catalogue, and else what it is."""
    if scan.order_number is not None:
        return ScanOutcome.SLIP
    if not scan.isbn:
        return ScanOutcome.UNKNOWN_CODE
    return ScanOutcome.RECEIVED if is_in_catalogue(db, scan.isbn) else ScanOutcome.UNKNOWN_BOOK


def add_once(
    db: Connection,
    key: str,
    scan: Scan,
    outcome: ScanOutcome,
    details: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> None:
    """Store a scan; raises NotAllowed if the same one has been stored meanwhile."""
    try:
        add_scan(
            db,
            key,
            None,
            outcome,
            code=scan.code,
            isbn=scan.isbn,
            quantity=scan.quantity,
            details=details,
            actor=actor,
            now=now,
        )
    except IntegrityError:
        raise NotAllowed("This scan has been taken already.") from None


def take_back_scan(db: Connection, key: str, *, actor: str, now: datetime) -> None:
    """Undo the reception of a scan: its orders wait again, and its copies leave the shelf.

    Nothing changes if it was taken back before. Raises NotAllowed.
    """
    scan = lock_received(db, key)
    if scan is None:
        return
    for order_id, quantity in sorted(scan.details["assigned"]):
        unassign(db, order_id, scan.isbn, quantity, actor=actor, now=now)
    if not scan.details["is_counted"]:
        try:
            unreceive_stock(db, scan.isbn, scan.quantity, key)
        except OutOfStock:
            raise NotAllowed("A copy of this scan has been sold since. Correct the stock instead.") from None
    mark_taken_back(db, key)


def unassign(db: Connection, order_id: str, isbn: str, quantity: int, *, actor: str, now: datetime) -> None:
    """Let an order wait again for copies that were assigned to it; raises NotAllowed."""
    standing = lock_standing(db, order_id)
    moves = (Move(isbn, CopyState.IN_STOCK, CopyState.TO_ORDER, quantity),)
    try:
        apply_moves(standing.copies, moves)
    except ImpossibleMove:
        raise NotAllowed(
            f"The copy for {standing.order.number} has been packed or cancelled since. Undo that first."
        ) from None
    arrived = find_arrival(list_entries(db, order_id), moves[0].reversed)
    details = {"undone": arrived, "action": Action.ARRIVE}
    record_action(db, standing, Action.UNDO, moves, actor=actor, now=now, details=details)


def find_arrival(entries: list[Entry], move: Move) -> int:
    """Return the version of the last arrival of these copies that is not undone."""
    return next(
        entry.version
        for entry in reversed(without_undone(entries))
        if entry.action is Action.ARRIVE and move in moves_of(entry.details)
    )
