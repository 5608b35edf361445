"""The state by which an order is shown and listed, which includes its refunds and disputes."""

from enum import StrEnum

from bookshop.money import Money
from bookshop.orders.order import NEEDS_REVIEW, PaymentState

PARTLY_REFUNDED = "partly_refunded"
REFUNDED = "refunded"
# the states by which a bookseller lists orders
STATES = (*(payment.value for payment in PaymentState), NEEDS_REVIEW, PARTLY_REFUNDED, REFUNDED)


def order_state(payment: PaymentState, review_reason: str, total: Money, refunded: Money) -> str:
    """Return one of STATES; `refunded` is what has gone back or is on its way."""
    if review_reason:
        return NEEDS_REVIEW
    if payment is not PaymentState.PAID or not refunded:
        return payment.value
    return REFUNDED if refunded >= total else PARTLY_REFUNDED


class DisputeStage(StrEnum):
    """What a dispute means for the order."""

    NONE = ""
    OPEN = "open"
    LOST = "lost"


# https://docs.stripe.com/api/disputes/object#dispute_object-status: after these the shop keeps the money
KEPT_BY_SHOP = ("", "won", "warning_closed", "prevented")


def dispute_stage(dispute: str) -> DisputeStage:
    """Return what a dispute's status at Stripe means for the order."""
    if dispute in KEPT_BY_SHOP:
        return DisputeStage.NONE
    return DisputeStage.LOST if dispute == "lost" else DisputeStage.OPEN
