"""Which mails are to be sent, and which process has claimed them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, or_, select

from bookshop.mail.mail import Mail
from bookshop.mail.mail_row import to_mail
from bookshop.schema import mails

LIST_DUE = (
    select(mails)
    .where(
        mails.c.due_at <= bindparam("now"),
        or_(
            bindparam("of_order", type_=mails.c.order_id.type) == "",
            mails.c.order_id == bindparam("of_order"),
        ),
    )
    .order_by(mails.c.due_at, mails.c.id)
    .limit(bindparam("max_mails", type_=Integer))
)


def list_due_mails(db: Connection, now: datetime, limit: int, order_id: str = "") -> Sequence[Mail]:
    """Return the mails to send now, of one order if it is given, the longest waiting first.

    A mail that another process has claimed is due again when its lease has ended.
    """
    values = {"now": now, "of_order": order_id, "max_mails": limit}
    return [to_mail(row) for row in db.execute(LIST_DUE, values)]


# a process that finds another state or time has lost the mail to another one
SET_STATE = mails.update().where(
    mails.c.id == bindparam("mail_id"),
    mails.c.state == bindparam("old_state"),
    mails.c.due_at == bindparam("old_due_at"),
)


def set_state(db: Connection, before: Mail, after: Mail) -> bool:
    """Write how far a mail has come; return False if it is no longer as before."""
    return _write(db, before, after, {})


def _write(db: Connection, before: Mail, after: Mail, text: Mapping[str, str]) -> bool:
    changes = {
        **text,
        "state": after.state,
        "due_at": after.due_at,
        "tries": after.tries,
        "doubts": after.doubts,
        "error": after.error,
        "sent_at": after.sent_at,
    }
    values = {"mail_id": before.id, "old_state": before.state, "old_due_at": before.due_at}
    return db.execute(SET_STATE.values(changes), values).rowcount == 1


def claim_mail(db: Connection, before: Mail, after: Mail) -> bool:
    """Write that a process has claimed a mail, with the text with which every try is made."""
    text = {
        "recipient": after.recipient,
        "message_id": after.message_id,
        "subject": after.subject,
        "plain": after.plain,
        "html": after.html,
    }
    return _write(db, before, after, text)


FIND_OLDEST_UNSENT = select(func.min(mails.c.created_at)).where(mails.c.due_at.is_not(None))


def find_oldest_unsent(db: Connection) -> datetime | None:
    """Return when the oldest mail was written that is still to be sent."""
    return db.execute(FIND_OLDEST_UNSENT).scalar()
