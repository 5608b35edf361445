"""Tell the shopper that copies are ready to be collected."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.copies import copies_to_come
from bookshop.fulfilment.moves import apply_moves, moved_copies
from bookshop.fulfilment.rules import MAKING_READY, Chosen, plan_moves
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail


def make_ready(
    db: Connection, order_id: str, version: int, copies: Chosen | None = None, *, actor: str, now: datetime
) -> Entry:
    """Set copies aside and tell the shopper that they are ready.

    By default these are the packed copies, or else those in stock. Raises NotAllowed, OrderChanged.
    """
    standing = begin_action(db, order_id, version)
    moves = plan_moves(standing, MAKING_READY, copies, now)
    left = copies_to_come(apply_moves(standing.copies, moves), now)
    entry = record_action(db, standing, Action.READY, moves, actor=actor, now=now)
    add_mail(
        db,
        MailKind.READY,
        now,
        order_id=order_id,
        occurrence=str(entry.version),
        details={"copies": list(moved_copies(moves).items()), "left": left},
    )
    return entry
