"""Apply an update of a payment to its order, with all that follows from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock, sell_stock
from bookshop.fulfilment.begin import begin_fulfilment
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.attempt_store import set_attempt
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_store import set_payment, take_number
from bookshop.orders.payment_update import PaymentUpdate, merge
from bookshop.orders.store import lock_order
from bookshop.payments.errors import RecoveryPending
from bookshop.payments.review_mail import ReviewReason, ask_for_review

# of Stripe's clock, by which a hosted page closes, to ours
CLOCK_DIFFERENCE = timedelta(minutes=1)
PAYMENT_PROBLEMS = {
    "cancelled": "The order was paid after it had been cancelled.",
    "order": "The payment names another order.",
    "currency": "The payment is in another currency.",
    "amount": "The payment is of another amount.",
}


def apply_payment_update(
    db: Connection, order_id: str, update: PaymentUpdate, reason: CancelReason = CancelReason.AT_STRIPE
) -> Order:
    """Merge the update into the order and move its stock, all in one transaction.

    `reason` is why the caller has cancelled the payment. When the order is due is left to the process that
    has claimed it. Raises RecoveryPending if a paid order can have no number yet.
    """
    order = lock_order(db, order_id)
    now = datetime.now(UTC)
    merged = merge(order, update, now)
    if merged == order:
        return order
    if update.was_attempted and not order.payment_began_at:
        merged = replace(merged, payment_began_at=now)
    if merged.payment is PaymentState.PAID:
        sell_stock(db, order.from_shelf, order.id)
        if (number := take_number(db)) is None:
            raise RecoveryPending
        merged = replace(merged, number=number)
        begin_fulfilment(db, merged, now)
        add_mail(db, MailKind.CONFIRMATION, now, order_id=order.id)
        add_mail(db, MailKind.NEW_ORDER, now, order_id=order.id)
    if problem := PAYMENT_PROBLEMS.get(merged.review_reason):
        ask_for_review(db, order.id, ReviewReason.PAYMENT, str(order.attempt.version), problem, now)
    if merged.payment is PaymentState.CANCELLED and order.payment is not PaymentState.CANCELLED:
        release_stock(db, order.from_shelf, order.id)
        closes_at = order.attempt.expires_at
        is_closed = reason is CancelReason.AT_STRIPE and closes_at and now >= closes_at - CLOCK_DIFFERENCE
        merged = replace(merged, cancel_reason=CancelReason.EXPIRED if is_closed else reason)
    if merged.attempt != order.attempt:
        set_attempt(db, order.id, merged.attempt)
    set_payment(db, merged)
    return merged
