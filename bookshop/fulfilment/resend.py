"""Send a mail about an order once more."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.mail.change_mail import resend_mail
from bookshop.mail.mail_list import find_mail


def resend(db: Connection, order_id: str, version: int, mail_id: int, *, actor: str, now: datetime) -> Entry:
    """Queue a mail of the order again, with its text.

    Raises NotAllowed, OrderChanged.
    """
    standing = begin_action(db, order_id, version)
    mail = find_mail(db, mail_id)
    if mail is None or mail.order_id != order_id:
        raise NotAllowed("This order has no such mail.")
    if not resend_mail(db, mail_id, now):
        raise NotAllowed("This mail is still being sent. Wait until that has ended.")
    details = {"mail": mail_id, "kind": mail.kind}
    return record_action(db, standing, Action.RESEND, (), actor=actor, now=now, details=details)
