"""Store an order's dispute and fraud warning, and ask the shop once to look at each."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.orders.order import Order
from bookshop.orders.order_state import DisputeStage, dispute_stage
from bookshop.orders.store import lock_order
from bookshop.payments.charge_history import Concern
from bookshop.payments.refund_store import set_dispute_and_warning
from bookshop.payments.review_mail import ReviewReason, ask_for_review


def apply_concerns(
    db: Connection, seen: Order, dispute: Concern | None, warning: Concern | None
) -> Order | None:
    """Store what the provider has reported of a payment since its order was `seen`.

    If another process has stored a report meanwhile, this one may be older: then nothing is written, and the
    order as it is now is returned, after which the provider must be asked again.
    """
    order, now = lock_order(db, seen.id), datetime.now(UTC)
    if (order.dispute, order.fraud_warning) != (seen.dispute, seen.fraud_warning):
        return order
    status, fraud = dispute.kind if dispute else "", warning.kind if warning else ""
    set_dispute_and_warning(db, order.id, status, fraud, dispute.due_at if dispute else None)
    if dispute and status != order.dispute and dispute_stage(status) is not DisputeStage.NONE:
        message = f"Stripe’s status of the dispute: {in_words(status)}."
        ask_for_review(db, order.id, ReviewReason.DISPUTE, dispute.id, message, now)
    if warning and fraud != order.fraud_warning:
        message = f"The type of fraud, as the bank names it: {in_words(fraud)}."
        ask_for_review(db, order.id, ReviewReason.FRAUD_WARNING, warning.id, message, now)
    return None


def in_words(code: str) -> str:
    """Return a code of Stripe's in words."""
    return code.replace("_", " ")
