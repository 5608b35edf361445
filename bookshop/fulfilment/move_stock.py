"""Move stock with the copies of an order, which stay on the shelf until they are packed."""

from collections.abc import Iterable

from sqlalchemy import Connection

from bookshop.catalogue.stock import assign_stock, pack_stock, unassign_stock, unpack_stock
from bookshop.fulfilment.copies import OFF_THE_SHELF, CopyState
from bookshop.fulfilment.moves import Move, moved_copies


def move_stock(db: Connection, order_id: str, version: int, moves: Iterable[Move]) -> None:
    """Move the stock of an action, once: the order's version is the cause of its movements.

    `restock` has the stock of copies that are taken back.
    """
    moves, cause = tuple(moves), f"{order_id}:{version}"
    for change, changed in (
        (assign_stock, [move for move in moves if is_arrival(move)]),
        (unassign_stock, [move.reversed for move in moves if is_arrival(move.reversed)]),
        (pack_stock, [move for move in moves if is_packing(move)]),
        (unpack_stock, [move.reversed for move in moves if is_packing(move.reversed)]),
    ):
        if changed:
            change(db, moved_copies(changed), order_id, cause)


def is_arrival(move: Move) -> bool:
    return (move.start, move.end) == (CopyState.TO_ORDER, CopyState.IN_STOCK)


def is_packing(move: Move) -> bool:
    """Return whether the copies leave the shelf."""
    return move.start is CopyState.IN_STOCK and move.end in OFF_THE_SHELF
