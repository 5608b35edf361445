"""Send a mail again, as a member of staff wants it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bookshop.fulfilment.resend import resend
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_text import describe_rival
from bookshop.mail.change_mail import resend_mail
from bookshop.mail.mail import Mail
from bookshop.office.office import Office


async def resend_or_refuse(office: Office, mail: Mail, version: int, actor: str) -> str:
    """Queue a mail again, with an entry in its order's timeline.

    Return why that is refused, or an empty text.
    """
    if office.settings.smtp_url is None:
        return "This shop sends no mail yet. Set SMTP_URL, which sample.env describes."
    try:
        await office.database.write(queue_again, mail, version, actor, datetime.now(UTC))
    except NotAllowed as refused:
        return str(refused)
    except OrderChanged as changed:
        rival = describe_rival(changed.last, ZoneInfo(office.settings.shop_timezone))
        return f"{rival}. Look whether the mail is still right, then send it again."
    return ""


def queue_again(db: Connection, mail: Mail, version: int, actor: str, now: datetime) -> None:
    """Queue a mail again; raises NotAllowed, OrderChanged."""
    if mail.order_id:
        resend(db, mail.order_id, version, mail.id, actor=actor, now=now)
    elif not resend_mail(db, mail.id, now):
        raise NotAllowed("This mail is still being sent. Wait until that has ended.")
