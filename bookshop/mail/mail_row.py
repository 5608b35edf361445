"""A mail as columns of its table, and back."""

import json

from bookshop.database import AnyRow
from bookshop.mail.mail import Mail, MailKind, MailState


def to_mail(row: AnyRow) -> Mail:
    """Return the mail of a row."""
    return Mail(
        id=row.id,
        kind=MailKind(row.kind),
        order_id=row.order_id,
        occurrence=row.occurrence,
        created_at=row.created_at,
        details=json.loads(row.details),
        recipient=row.recipient,
        message_id=row.message_id,
        subject=row.subject,
        plain=row.plain,
        html=row.html,
        state=MailState(row.state),
        due_at=row.due_at,
        tries=row.tries,
        doubts=row.doubts,
        error=row.error,
        sent_at=row.sent_at,
    )
