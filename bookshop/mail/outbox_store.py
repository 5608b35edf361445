"""Storing mail: written in the transaction of its cause, and once for each occurrence."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from bookshop.mail.mail import NOT_LEFT, MailKind
from bookshop.schema import mails

COLUMNS = {
    name: bindparam(f"mail_{name}", type_=mails.c[name].type)
    for name in ("kind", "order_id", "occurrence", "recipient", "details", "created_at", "due_at")
}
IS_QUEUED = exists().where(*(mails.c[name] == COLUMNS[name] for name in ("order_id", "kind", "occurrence")))
ADD_MAIL = mails.insert().from_select(list(COLUMNS), select(*COLUMNS.values()).where(~IS_QUEUED))


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
    values = {
        "kind": kind,
        "order_id": order_id,
        "occurrence": occurrence,
        "recipient": recipient,
        "details": json.dumps(details or {}),
        "created_at": now,
        "due_at": now,
    }
    db.execute(ADD_MAIL, {f"mail_{name}": value for name, value in values.items()})


_OF_OCCURRENCE = (
    mails.c.order_id == bindparam("order"),
    mails.c.kind == bindparam("mail_kind"),
    mails.c.occurrence == bindparam("mail_occurrence"),
)
# as Mail.may_have_left has it
_HAS_NOT_LEFT = (mails.c.state.in_(NOT_LEFT), mails.c.doubts == 0)
REMOVE_UNSENT = mails.delete().where(*_OF_OCCURRENCE, *_HAS_NOT_LEFT)
FIND_MAIL_ID = select(mails.c.id).where(*_OF_OCCURRENCE)


def take_back_mail(db: Connection, order_id: str, kind: MailKind, occurrence: str) -> bool:
    """Remove a mail that has not left; return whether none has."""
    values = {"order": order_id, "mail_kind": kind, "mail_occurrence": occurrence}
    db.execute(REMOVE_UNSENT, values)
    return db.execute(FIND_MAIL_ID, values).first() is None
