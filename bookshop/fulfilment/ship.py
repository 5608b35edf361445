"""Send a parcel with copies of a paid order."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.copies import copies_to_come
from bookshop.fulfilment.fulfilment import Parcel
from bookshop.fulfilment.moves import apply_moves, moved_copies
from bookshop.fulfilment.parcel_store import add_parcel
from bookshop.fulfilment.rules import SHIPPING, Chosen, plan_moves
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.timeline_store import count_entries
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail


def ship(
    db: Connection,
    order_id: str,
    version: int,
    copies: Chosen | None = None,
    *,
    carrier: str = "",
    tracking: str = "",
    is_mailed: bool = True,
    actor: str,
    now: datetime,
) -> Entry:
    """Send what was packed, or else what is in stock, or the chosen copies, as one parcel.

    Copies that were not packed are packed with it. A parcel that left long ago is recorded without a mail.
    Raises NotAllowed, OrderChanged.
    """
    standing = begin_action(db, order_id, version)
    moves = plan_moves(standing, SHIPPING, copies, now)
    # a parcel that was undone keeps its number, since a mail may have named it
    number = count_entries(db, order_id, Action.SHIP) + 1
    parcel = Parcel(number, carrier.strip(), tracking.strip(), now, moved_copies(moves))
    add_parcel(db, order_id, standing.copies, parcel)
    details = {"parcel": number, "carrier": parcel.carrier, "tracking": parcel.tracking}
    if is_mailed:
        left = copies_to_come(apply_moves(standing.copies, moves), now)
        about = {**details, "copies": list(parcel.copies.items()), "left": left, "is_last": not left}
        add_mail(db, MailKind.SHIPPED, now, order_id=order_id, occurrence=str(number), details=about)
    return record_action(db, standing, Action.SHIP, moves, actor=actor, now=now, details=details)
