"""Storing mail: written in the transaction of its cause, and once for each occurrence."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, literal, select

from bookshop.mail.mail import MailKind
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
    """Queue a mail, unless this order has one of this kind and occurrence; it is sent after the commit.

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
