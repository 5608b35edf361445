"""Let others buy the copies that an order has given back."""

from collections.abc import Collection

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_paid_stock, return_stock
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.moves import Move, moved_copies
from bookshop.fulfilment.take_back import is_put_on_shelf


def restock(
    db: Connection, order_id: str, version: int, moves: tuple[Move, ...], restocked: Collection[str]
) -> None:
    """Release copies that are on the shelf, and put others of the books `restocked` back there.

    It happens once: the order's version is the cause of its movements.
    """
    cause = f"{order_id}:{version}"
    on_shelf = [move for move in moves if move.start is CopyState.IN_STOCK]
    put_back = [move for move in moves if is_put_on_shelf(move, restocked)]
    release_paid_stock(db, moved_copies(on_shelf), order_id, cause)
    return_stock(db, moved_copies(put_back), order_id, cause)
