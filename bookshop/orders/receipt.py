"""What an order's receipt shows."""

from enum import StrEnum

from bookshop.orders.order import NEEDS_REVIEW as REVIEW
from bookshop.orders.order import Order, PaymentState


class ReceiptState(StrEnum):
    """What a receipt shows."""

    PAID = "paid"
    WAITING = "waiting"
    ACTION = "action"
    FAILED = "failed"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = REVIEW


def receipt_state(order: Order, *, is_fresh: bool, shown: str = "") -> ReceiptState:
    """Return what to show of an order; an open one that is not fresh is shown as waiting.

    `shown` is the state that a page which asks again shows: a step that is required stays there until it is
    known to be done.
    """
    if order.payment is PaymentState.PAID:
        return ReceiptState.PAID
    if order.review_reason:
        return ReceiptState.NEEDS_REVIEW
    if order.payment is PaymentState.CANCELLED:
        return ReceiptState.CANCELLED
    if order.payment is PaymentState.PROCESSING:
        return ReceiptState.WAITING
    if order.required_action and (is_fresh or shown == ReceiptState.ACTION):
        return ReceiptState.ACTION
    if not is_fresh:
        return ReceiptState.WAITING
    return ReceiptState.FAILED if order.failure else ReceiptState.UNPAID
