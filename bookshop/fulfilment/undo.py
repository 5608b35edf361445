"""Undo the last action on an order: the copies, and their stock, are where they were."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.correct_address import restore_address
from bookshop.fulfilment.moves import ImpossibleMove, apply_moves, moves_of
from bookshop.fulfilment.parcel_store import remove_parcel
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, Entry, without_undone
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import take_back_mail

UNDOABLE = (Action.PACK, Action.SHIP, Action.READY, Action.COLLECT, Action.ADDRESS, Action.NOTE)
# these happen to an order while others work on it, and say nothing about what they did
PASSED_OVER = (
    Action.UNDO,
    Action.ARRIVE,
    Action.ASK,
    Action.WITHDRAW,
    Action.CLOSE_REQUEST,
    Action.RESEND,
)
# a mistake is noticed on the same day; later the copies are with the shopper
UNDO_WITHIN = timedelta(days=1)
OUT_OF_SHOP = (Action.SHIP, Action.COLLECT)


def undo(
    db: Connection, order_id: str, version: int, *, despite_mail: bool = False, actor: str, now: datetime
) -> Entry:
    """Undo the last action that is not undone yet; raises NotAllowed, OrderChanged.

    A mail about it that has not left never does. One that has is a reason to refuse, unless `despite_mail`.
    """
    standing = begin_action(db, order_id, version)
    last = find_undoable(list_entries(db, order_id), now)
    moves = tuple(move.reversed for move in moves_of(last.details))
    try:
        apply_moves(standing.copies, moves)
    except ImpossibleMove:
        raise NotAllowed("These copies have been cancelled or returned since then.") from None
    take_back(db, order_id, last, despite_mail=despite_mail)
    if last.action is Action.ADDRESS:
        restore_address(db, standing.order, last.details)
    details = {"undone": last.version, "action": last.action}
    return record_action(db, standing, Action.UNDO, moves, actor=actor, now=now, details=details)


def find_undoable(entries: Iterable[Entry], now: datetime) -> Entry:
    """Return the last action that is not undone; raises NotAllowed if it cannot be."""
    standing = [entry for entry in without_undone(entries) if entry.action not in PASSED_OVER]
    if not standing:
        raise NotAllowed("There is nothing to undo.")
    last = standing[-1]
    if last.action not in UNDOABLE:
        raise NotAllowed(f"The last action, “{last.action}”, cannot be undone.")
    if last.action in OUT_OF_SHOP and now - last.at > UNDO_WITHIN:
        raise NotAllowed("The copies left the shop more than a day ago. Refund them if they came back.")
    return last


def take_back(db: Connection, order_id: str, entry: Entry, *, despite_mail: bool) -> None:
    """Remove an action's parcel and mail; raises NotAllowed if the shopper has been told."""
    if entry.action is Action.SHIP:
        has_left = not take_back_mail(db, order_id, MailKind.SHIPPED, str(entry.details["parcel"]))
        remove_parcel(db, order_id, entry.details["parcel"])
    elif entry.action is Action.READY:
        has_left = not take_back_mail(db, order_id, MailKind.READY, str(entry.version))
    else:
        return
    if has_left and not despite_mail:
        raise NotAllowed("The shopper has been told by mail. Write to the shopper, and undo it all the same.")
