"""What Stripe reports of a payment, and the rule by which it changes an order."""

from dataclasses import dataclass, replace
from datetime import datetime

from bookshop.money import Money
from bookshop.orders.order import Charge, Order, PaymentAction, PaymentState

ATTEMPTED = frozenset({"processing", "requires_action"})
IS_PAID, IS_PROCESSING = "succeeded", "processing"
# the shopper has done everything
PAID_STATUSES = (IS_PAID, IS_PROCESSING)


@dataclass(frozen=True, slots=True)
class PaymentUpdate:
    """The state of a payment at one moment; `order_id` and `shop_id` come from its metadata.

    A payment on the hosted page has a `session_id`, and an `intent_id` once the shopper pays. `action` is
    what it requires of the shopper.
    """

    intent_id: str
    status: str
    amount: Money
    received: Money
    order_id: str
    charge: Charge | None = None
    failure: str = ""
    session_id: str = ""
    shop_id: str = ""
    action: PaymentAction | None = None

    @property
    def payment_id(self) -> str:
        """The id by which the payment was read."""
        return self.session_id or self.intent_id

    @property
    def was_attempted(self) -> bool:
        """Whether the shopper has tried to pay at least once."""
        return bool(self.failure) or self.status in ATTEMPTED


def merge(order: Order, update: PaymentUpdate, now: datetime) -> Order:
    """Return the order after the update: paid is final, and only a matching payment counts."""
    is_current = update.payment_id == order.attempt.payment_id and not order.attempt.is_superseded
    if order.payment is PaymentState.PAID or not is_current:
        return order
    attempt = replace(order.attempt, intent_id=update.intent_id or order.attempt.intent_id)
    status = ":".join(filter(None, (update.status, update.action)))
    updated = replace(order, attempt=attempt, intent_status=status, failure=update.failure)
    match update.status:
        case "succeeded" if order.payment is PaymentState.CANCELLED:
            return replace(updated, review_reason="cancelled")
        case "succeeded":
            return _merge_success(updated, update, now)
        case "canceled":
            return replace(updated, payment=PaymentState.CANCELLED)
        case _ if order.payment is PaymentState.CANCELLED:
            return order
        case "processing":
            return replace(updated, payment=PaymentState.PROCESSING)
        case _:
            return replace(updated, payment=PaymentState.OPEN)


def _merge_success(order: Order, update: PaymentUpdate, now: datetime) -> Order:
    if mismatch := find_mismatch(order, update):
        return replace(order, review_reason=mismatch)
    return replace(
        order, payment=PaymentState.PAID, charge=update.charge, paid_at=now, failure="", review_reason=""
    )


def find_mismatch(order: Order, update: PaymentUpdate) -> str:
    """Return the first field in which a payment does not match the order; empty when all match."""
    if update.order_id != order.id:
        return "order"
    if update.received.currency != order.total.currency:
        return "currency"
    if update.received != order.total or update.amount != order.total:
        return "amount"
    return ""
