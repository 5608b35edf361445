"""An order ready to be paid, whose payment is stored before a browser may make it."""

from dataclasses import dataclass, replace

from bookshop.database import Database
from bookshop.orders.attempt_store import hash_secret, set_payment_ids
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.gateway import Gateway, Intent


class NotPayable(Exception):
    """The order is paid, being paid, cancelled or under review; its receipt tells which."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """An order and the client secret with which its browser pays.

    The secret is empty when the order is paid on the hosted page, when Stripe could not be reached, and while
    the page `is_waiting` for its turn to ask Stripe.
    """

    order: Order
    client_secret: str
    is_hosted: bool = False
    is_waiting: bool = False


def check_payable(order: Order) -> None:
    """Raise NotPayable unless the order is open and needs no review."""
    if order.payment is not PaymentState.OPEN or order.review_reason:
        raise NotPayable(order)


async def read_pending_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Refresh an order's stored payment and return it; raises NotPayable and PaymentError."""
    if order.payment is not PaymentState.OPEN:
        raise NotPayable(order)
    intent = await gateway.read_payment(order.attempt.payment_id)
    order = await database.write(apply_payment_update, order.id, intent.update)
    check_payable(order)
    return PendingPayment(order, intent.client_secret, is_hosted=bool(intent.url))


async def store_intent(database: Database, gateway: Gateway, order: Order, intent: Intent) -> PendingPayment:
    """Store a new payment before any browser learns its client secret; raises NotPayable."""
    update = intent.update
    attempt = replace(
        order.attempt,
        intent_id=update.intent_id,
        session_id=update.session_id,
        secret_hash=hash_secret(intent.client_secret),
    )
    if not await database.write(set_payment_ids, order.id, attempt, update.status):
        await gateway.cancel_payment(update.payment_id)
        raise NotPayable(order)
    order = replace(order, attempt=attempt, intent_status=order.intent_status or update.status)
    return PendingPayment(order, intent.client_secret)
