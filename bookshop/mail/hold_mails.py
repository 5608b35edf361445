"""Hold the mails that wait, so that the office decides about each."""

from sqlalchemy import Connection

from bookshop.mail.mail import MailState
from bookshop.schema import mails

REASON = "A backup was restored, and this mail has probably been sent since it was made."
# as a mail of which the server may have a copy; it is sent again only by a person
HOLD_WAITING = (
    mails.update()
    .where(mails.c.due_at.is_not(None))
    .values(state=MailState.UNCERTAIN, due_at=None, doubts=mails.c.doubts + 1, error=REASON)
)


def hold_waiting_mails(db: Connection) -> None:
    """Mark the mails that wait as uncertain."""
    db.execute(HOLD_WAITING)
