"""Pack an order by scanning: each copy into its box, then the slip."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.book_store import is_in_catalogue
from bookshop.fulfilment.actions import lock_standing, record_action
from bookshop.fulfilment.box import Box, fill_box
from bookshop.fulfilment.next_to_pack import find_next_to_pack, find_owner
from bookshop.fulfilment.rules import PACKING, NotAllowed, Standing, check_may_leave, plan_moves
from bookshop.fulfilment.scan_entry import ScanOutcome
from bookshop.fulfilment.scan_store import add_scan, count_in_box, find_opened
from bookshop.fulfilment.timeline import Action, OrderChanged
from bookshop.fulfilment.timeline_store import find_last_entry
from bookshop.orders.store import find_order_id
from bookshop.trade.scanned_code import Scan

Details = Mapping[str, Any]


def scan_into_box(db: Connection, order_id: str, scan: Scan, key: str, *, actor: str, now: datetime) -> str:
    """Take a scan for the box of an order and return the order to go on with.

    The same `key` again changes nothing. Raises NotAllowed, OrderChanged, LookupError.
    """
    standing = lock_standing(db, order_id)
    if opened := find_opened(db, key):
        return opened
    box = find_box(db, standing)
    if scan.order_number is not None:
        return scan_slip(db, standing, box, scan, key, actor=actor, now=now)
    if scan.isbn:
        check_is_open(db, standing, box)
        outcome, details = judge_book(db, order_id, box, scan)
    else:
        outcome, details = ScanOutcome.UNKNOWN_CODE, {}
    add_scan(
        db,
        key,
        order_id,
        outcome,
        code=scan.code,
        isbn=scan.isbn,
        quantity=scan.quantity,
        details=details,
        actor=actor,
        now=now,
    )
    return order_id


def find_box(db: Connection, standing: Standing) -> Box:
    """Return the box of an order."""
    return fill_box(standing.order, standing.copies, count_in_box(db, standing.order.id))


def check_is_open(db: Connection, standing: Standing, box: Box) -> None:
    """Refuse an order of which nothing is to be packed; raises NotAllowed, OrderChanged."""
    check_may_leave(standing)
    if box.wanted:
        return
    last = find_last_entry(db, standing.order.id)
    if last and last.action in (Action.PACK, Action.SHIP, Action.READY, Action.COLLECT):
        raise OrderChanged(last)
    raise NotAllowed("No copy of this order is on the shelf to be packed.")


def judge_book(db: Connection, order_id: str, box: Box, scan: Scan) -> tuple[ScanOutcome, Details]:
    """Return what comes of a book that is scanned, and details of it."""
    outcome, line = box.judge(scan.isbn, scan.quantity), box.find(scan.isbn)
    if outcome is ScanOutcome.IN_BOX and line:
        return outcome, {"count": line.inside + scan.quantity, "of": line.wanted}
    if outcome in (ScanOutcome.TOO_MANY, ScanOutcome.NOT_RECEIVED) and line:
        return outcome, {"missing": line.missing, "to_come": line.to_come}
    if not is_in_catalogue(db, scan.isbn):
        return ScanOutcome.UNKNOWN_BOOK, {}
    return outcome, {"of": line.wanted if line else 0, "owner": find_owner(db, scan.isbn, order_id)}


def scan_slip(
    db: Connection, standing: Standing, box: Box, scan: Scan, key: str, *, actor: str, now: datetime
) -> str:
    """Pack the order if this is its slip and the box is full; open the order of another slip."""
    order = standing.order
    if scan.order_number != order.number:
        other = find_order_id(db, scan.order_number)
        outcome = ScanOutcome.OPENED if other else ScanOutcome.UNKNOWN_SLIP
        add_scan(db, key, other or order.id, outcome, code=scan.code, actor=actor, now=now)
        return other or order.id
    check_is_open(db, standing, box)
    if not box.is_full:
        add_scan(db, key, order.id, ScanOutcome.NOT_FULL, code=scan.code, actor=actor, now=now)
        return order.id
    return pack_and_open_next(db, standing, box, key, actor=actor, now=now)


def take_out(db: Connection, order_id: str, isbn: str, key: str, *, actor: str, now: datetime) -> str:
    """Take a copy of a book out of an order's box, if there is one; raises LookupError."""
    standing = lock_standing(db, order_id)
    line = find_box(db, standing).find(isbn)
    if line and line.inside and not find_opened(db, key):
        details = {"count": line.inside - 1, "of": line.wanted}
        add_scan(
            db,
            key,
            order_id,
            ScanOutcome.TAKEN_OUT,
            isbn=isbn,
            quantity=-1,
            details=details,
            actor=actor,
            now=now,
        )
    return order_id


def pack_box(
    db: Connection, order_id: str, version: int, key: str, *, is_partly: bool, actor: str, now: datetime
) -> str:
    """Pack what is in the box and return the order to go on with.

    It must be full, unless `is_partly`. Raises NotAllowed, OrderChanged, LookupError.
    """
    standing = lock_standing(db, order_id)
    if opened := find_opened(db, key):
        return opened
    if standing.version != version and (last := find_last_entry(db, order_id)):
        raise OrderChanged(last)
    box = find_box(db, standing)
    check_is_open(db, standing, box)
    check_content(box, is_partly=is_partly)
    return pack_and_open_next(db, standing, box, key, actor=actor, now=now)


def check_content(box: Box, *, is_partly: bool) -> None:
    """Refuse a box that does not hold what is packed; raises NotAllowed."""
    if box.surplus:
        raise NotAllowed("The order has changed: take the copies out that no longer belong to it.")
    if not box.inside:
        raise NotAllowed("The box is empty. Scan a book, or add it by hand.")
    if box.missing and not is_partly:
        raise NotAllowed("Copies are missing in the box. Scan them, or pack only those that are in it.")


def pack_and_open_next(
    db: Connection, standing: Standing, box: Box, key: str, *, actor: str, now: datetime
) -> str:
    """Pack what is in the box, empty it, and return the next order; this one if it was the last."""
    order = standing.order
    chosen = {line.isbn: line.inside for line in box.lines if line.inside}
    moves = plan_moves(standing, PACKING, chosen, now)
    record_action(db, standing, Action.PACK, moves, actor=actor, now=now)
    following = find_next_to_pack(db, order)
    outcome, details = (ScanOutcome.OPENED, {"packed": order.id}) if following else (ScanOutcome.PACKED, {})
    add_scan(db, key, following or order.id, outcome, details=details, actor=actor, now=now)
    return following or order.id
