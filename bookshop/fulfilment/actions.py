"""Begin and record an action on an order: one transaction, and one entry of its timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bookshop.fulfilment.copy_store import set_copies
from bookshop.fulfilment.move_stock import is_packing, move_stock
from bookshop.fulfilment.moves import Move, apply_moves, moves_to_json
from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.scan_store import empty_box
from bookshop.fulfilment.standing_store import find_standing
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.timeline_store import add_entry, check_version
from bookshop.orders.store import lock_order


def begin_action(db: Connection, order_id: str, version: int) -> Standing:
    """Lock an order of this version and return how it stands; raises OrderChanged, LookupError."""
    standing = lock_standing(db, order_id)
    check_version(db, order_id, version)
    return standing


def lock_standing(db: Connection, order_id: str) -> Standing:
    """Lock an order and return how it stands; raises LookupError."""
    return find_standing(db, lock_order(db, order_id))


def record_action(
    db: Connection,
    standing: Standing,
    action: Action,
    moves: Iterable[Move],
    *,
    actor: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Move the copies, and stock with them, and write the entry that can undo it."""
    moves = tuple(moves)
    order_id = standing.order.id
    entry = add_entry(
        db,
        order_id,
        standing.version,
        action,
        actor,
        now,
        {**(details or {}), "moves": moves_to_json(moves)} if moves else details or {},
    )
    moved = apply_moves(standing.copies, moves)
    set_copies(db, order_id, (line for line in moved if line not in standing.copies))
    move_stock(db, order_id, entry.version, moves)
    if any(map(is_packing, moves)):
        empty_box(db, order_id)
    return entry
