"""Pack copies of a paid order: they leave the shelf."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.rules import PACKING, Chosen, plan_moves
from bookshop.fulfilment.timeline import Action, Entry


def pack(
    db: Connection, order_id: str, version: int, copies: Chosen | None = None, *, actor: str, now: datetime
) -> Entry:
    """Pack all copies in stock, or those chosen; raises NotAllowed, OrderChanged."""
    standing = begin_action(db, order_id, version)
    moves = plan_moves(standing, PACKING, copies, now)
    return record_action(db, standing, Action.PACK, moves, actor=actor, now=now)
