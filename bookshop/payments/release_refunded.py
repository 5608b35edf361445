"""Release the copies of an order of which all was refunded in Stripe's dashboard."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import record_action
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.moves import moved_copies
from bookshop.fulfilment.restock import restock
from bookshop.fulfilment.standing_store import find_standing
from bookshop.fulfilment.take_back import take_back
from bookshop.fulfilment.timeline import Action
from bookshop.orders.order import Order

SHOP = "shop"
# only a person knows where copies are that have been packed
NOT_PACKED = (CopyState.TO_ORDER, CopyState.IN_STOCK)


def release_refunded(db: Connection, order: Order, now: datetime) -> None:
    """Cancel the copies of a locked order that are not packed, if all of it is refunded."""
    standing = find_standing(db, order)
    if standing.refunded < order.total:
        return
    moves = tuple(
        move for line in standing.copies for move in take_back(line, NOT_PACKED, line.count(*NOT_PACKED))
    )
    if moves:
        details = {"refund": "", "amount_minor": 0, "copies": list(moved_copies(moves).items())}
        entry = record_action(db, standing, Action.CANCEL, moves, actor=SHOP, now=now, details=details)
        restock(db, order.id, entry.version, moves, ())
