"""Tell the shopper that a refund is made, and the shop that one has failed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.timeline import Entry
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_entries import planned_refund
from bookshop.payments.review_mail import ReviewReason, ask_for_review

MADE = (RefundStatus.PENDING, RefundStatus.SUCCEEDED)


def write_refund_mail(
    db: Connection, entries: Iterable[Entry], earlier: Refund | None, refund: Refund, now: datetime
) -> None:
    """Queue the mail about a refund that is made, or has failed, since its earlier state."""
    was_made = earlier is not None and earlier.status in MADE
    if refund.status in MADE and not was_made:
        add_refunded(db, entries, refund, now)
    elif refund.status is RefundStatus.FAILED and (earlier is None or earlier.status is not refund.status):
        message = f"The refund of {refund.amount} failed: {refund.failure}. The shopper has not been paid."
        ask_for_review(db, refund.order_id, ReviewReason.REFUND, refund.id, message, now)


def add_refunded(db: Connection, entries: Iterable[Entry], refund: Refund, now: datetime) -> None:
    """Queue the mail to the shopper that money is on its way back."""
    copies = planned_refund(entries, refund).copies
    add_mail(
        db,
        MailKind.REFUNDED,
        now,
        order_id=refund.order_id,
        occurrence=refund.id,
        details={"amount_minor": refund.amount.minor, "copies": list(copies.items())},
    )
