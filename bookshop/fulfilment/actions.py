"""Begin and record an action on an order: one transaction, and one entry of its timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bookshop.fulfilment.copy_store import list_copies, set_copies
from bookshop.fulfilment.move_stock import is_packing, move_stock
from bookshop.fulfilment.moves import Move, apply_moves, moves_to_json
from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.scan_store import empty_box
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.timeline_store import add_entry, check_version, find_version
from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.orders.store import lock_order
from bookshop.schema import refunds

SUM_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount_minor), 0)).where(
    refunds.c.order_id == bindparam("order_id"), refunds.c.status != "failed"
)


def begin_action(db: Connection, order_id: str, version: int) -> Standing:
    """Lock an order of this version and return how it stands; raises OrderChanged, LookupError."""
    standing = lock_standing(db, order_id)
    check_version(db, order_id, version)
    return standing


def lock_standing(db: Connection, order_id: str) -> Standing:
    """Lock an order and return how it stands; raises LookupError."""
    return find_standing(db, lock_order(db, order_id))


def find_standing(db: Connection, order: Order) -> Standing:
    """Return how an order stands."""
    refunded: int = db.execute(SUM_REFUNDED, {"order_id": order.id}).scalar_one()
    return Standing(
        order,
        find_version(db, order.id),
        list_copies(db, order.id),
        Money(int(refunded), order.total.currency),
    )


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
