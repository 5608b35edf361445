"""Hand copies of a paid order to the shopper in the shop."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.rules import COLLECTING, Chosen, plan_moves
from bookshop.fulfilment.timeline import Action, Entry


def collect(
    db: Connection, order_id: str, version: int, copies: Chosen | None = None, *, actor: str, now: datetime
) -> Entry:
    """Hand over what is ready, or else packed, or else in stock, or the chosen copies.

    Raises NotAllowed, OrderChanged.
    """
    standing = begin_action(db, order_id, version)
    moves = plan_moves(standing, COLLECTING, copies, now)
    return record_action(db, standing, Action.COLLECT, moves, actor=actor, now=now)
