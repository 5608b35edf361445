"""Ask the shop by mail to check an order, once for each reason."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail


class ReviewReason(StrEnum):
    """What a person must check; shoppers' requests have reasons of their own."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    FRAUD_WARNING = "fraud_warning"


def ask_for_review(
    db: Connection, order_id: str, reason: ReviewReason, subject_id: str, message: str, now: datetime
) -> None:
    """Queue the mail to the shop; `subject_id` tells two problems of an order apart."""
    add_mail(
        db,
        MailKind.NEEDS_REVIEW,
        now,
        order_id=order_id,
        occurrence=f"{reason}-{subject_id}",
        details={"reason": reason, "message": message},
    )
