"""Send a mail once more, or not at all, because a bookseller says so."""

from datetime import datetime

from sqlalchemy import Connection, bindparam

from bookshop.mail.mail import MailState
from bookshop.schema import mails

# no process has a mail in one of these
FINISHED = (MailState.SENT, MailState.FAILED, MailState.UNCERTAIN, MailState.KEPT)
WAITING = (MailState.QUEUED, MailState.FAILED, MailState.UNCERTAIN)

RESEND = (
    mails.update()
    .where(mails.c.id == bindparam("mail_id"), mails.c.state.in_(FINISHED))
    .values(state=MailState.QUEUED, due_at=bindparam("now"), tries=0, doubts=0, error="")
)


def resend_mail(db: Connection, mail_id: int, now: datetime) -> bool:
    """Queue a mail again with the text that it had, and return whether it was finished."""
    return db.execute(RESEND, {"mail_id": mail_id, "now": now}).rowcount == 1


KEEP = (
    mails.update()
    .where(mails.c.id == bindparam("mail_id"), mails.c.state.in_(WAITING))
    .values(state=MailState.KEPT, due_at=None)
)


def keep_mail(db: Connection, mail_id: int) -> bool:
    """Keep a mail without sending it, and return whether it could still be kept back."""
    return db.execute(KEEP, {"mail_id": mail_id}).rowcount == 1
