"""Storing mail: written in the transaction of its cause, and once for each occurrence."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, literal, select

from bookshop.mail.mail import MailKind, MailState
from bookshop.schema import mails


def add_mail(
    db: Connection,
    kind: MailKind,
    now: datetime,
    *,
    order_id: str = "",
    occurrence: str = "",
    recipient: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Queue a mail, unless the order has one of this kind and occurrence.

    Without an order, the cause names the recipient.
    """
    is_queued = exists().where(
        mails.c.order_id == order_id, mails.c.kind == kind, mails.c.occurrence == occurrence
    )
    values = {
        "kind": literal(kind, mails.c.kind.type),
        "order_id": literal(order_id, mails.c.order_id.type),
        "occurrence": literal(occurrence, mails.c.occurrence.type),
        "recipient": literal(recipient, mails.c.recipient.type),
        "details": literal(json.dumps(details or {}), mails.c.details.type),
        "created_at": literal(now, mails.c.created_at.type),
        "due_at": literal(now, mails.c.due_at.type),
    }
    db.execute(mails.insert().from_select(list(values), select(*values.values()).where(~is_queued)))


_OF_OCCURRENCE = (
    mails.c.order_id == bindparam("order"),
    mails.c.kind == bindparam("mail_kind"),
    mails.c.occurrence == bindparam("mail_occurrence"),
)
# after a doubtful try the server may have it
_HAS_NOT_LEFT = (
    mails.c.state.in_([MailState.QUEUED, MailState.KEPT, MailState.FAILED]),
    mails.c.doubts == 0,
)
REMOVE_UNSENT = mails.delete().where(*_OF_OCCURRENCE, *_HAS_NOT_LEFT)
FIND_MAIL_ID = select(mails.c.id).where(*_OF_OCCURRENCE)


def take_back_mail(db: Connection, order_id: str, kind: MailKind, occurrence: str) -> bool:
    """Remove a mail that has not left; return whether none has."""
    values = {"order": order_id, "mail_kind": kind, "mail_occurrence": occurrence}
    db.execute(REMOVE_UNSENT, values)
    return db.execute(FIND_MAIL_ID, values).first() is None
