"""Write a note on an order, for the shop's staff only."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.review_store import close_refund_reviews
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, Entry

MAX_NOTE_CHARS = 2000


def add_note(db: Connection, order_id: str, version: int, text: str, *, actor: str, now: datetime) -> Entry:
    """Add a note to the order's timeline; raises NotAllowed, OrderChanged."""
    text = text.strip()
    if not text:
        raise NotAllowed("Write the note's text.")
    if len(text) > MAX_NOTE_CHARS:
        raise NotAllowed(f"The note has {len(text)} characters. Use at most {MAX_NOTE_CHARS}.")
    standing = begin_action(db, order_id, version)
    close_refund_reviews(db, order_id)
    return record_action(db, standing, Action.NOTE, (), actor=actor, now=now, details={"text": text})
