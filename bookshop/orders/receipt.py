"""What an order's receipt shows, and how soon it asks again."""

from enum import StrEnum

from bookshop.orders.order import NEEDS_REVIEW as REVIEW
from bookshop.orders.order import Order, Payment

# up to this many polls, the page waits so many seconds before the next one
POLL_DELAYS = ((1, 0.3), (5, 1), (15, 2), (40, 5))
MAX_POLL_DELAY_SECONDS = 30


class ReceiptState(StrEnum):
    """What a receipt shows."""

    PAID = "paid"
    WAITING = "waiting"
    ACTION = "action"
    FAILED = "failed"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = REVIEW


def receipt_state(order: Order, *, is_fresh: bool) -> ReceiptState:
    """Return what to show of an order; an open one that is not fresh is shown as waiting."""
    if order.payment is Payment.PAID:
        return ReceiptState.PAID
    if order.review_reason:
        return ReceiptState.NEEDS_REVIEW
    if order.payment is Payment.CANCELLED:
        return ReceiptState.CANCELLED
    if order.payment is Payment.PROCESSING or not is_fresh:
        return ReceiptState.WAITING
    if order.intent_status == "requires_action":
        return ReceiptState.ACTION
    return ReceiptState.FAILED if order.failure else ReceiptState.UNPAID


def poll_delay(state: ReceiptState, polls: int) -> float | None:
    """Return the seconds until the page polls again after so many polls; None when it need not."""
    if state not in (ReceiptState.WAITING, ReceiptState.ACTION):
        return None
    return next((seconds for most, seconds in POLL_DELAYS if polls < most), MAX_POLL_DELAY_SECONDS)
