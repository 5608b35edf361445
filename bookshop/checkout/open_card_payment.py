"""Open an order's payment by the card form."""

from sqlalchemy import Connection

from bookshop.checkout.pending_payment import PendingPayment, read_pending_payment, store_intent
from bookshop.database import Database
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_store import discard_intent
from bookshop.orders.store import lock_order
from bookshop.payments.cancel_order import cancel_never_offered
from bookshop.payments.errors import (
    IdempotencyKeyReused,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
)
from bookshop.payments.gateway import Gateway, is_hosted
from bookshop.payments.reconcile import refresh_payment
from bookshop.payments.switch_payment_method import switch_payment_method


async def open_card_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Open the card form and close the hosted page; raises what resume_payment raises."""
    try:
        if order.payment is PaymentState.OPEN and is_hosted(order.intent_id):
            order = await switch_payment_method(database, gateway, order)
    except ProviderUnavailable:
        return PendingPayment(order, "")
    return await resume_payment(database, gateway, order)


async def resume_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Return the order's open payment, or create its first one.

    Raises NotPayable, and RequestRefused after releasing the order's stock.
    """
    try:
        if order.superseded_intent_id:
            order = await refresh_payment(database, gateway, order)
        if order.intent_id:
            return await read_pending_payment(database, gateway, order)
        return await store_intent(database, gateway, order, await gateway.create_payment(order))
    except ProviderUnavailable:
        return PendingPayment(order, "")
    except (UnknownPayment, IdempotencyKeyReused):
        return await resume_payment(database, gateway, await database.write(replace_intent, order))
    except RequestRefused:
        await database.write(cancel_never_offered, order.id, CancelReason.REFUSED)
        raise


def replace_intent(db: Connection, order: Order) -> Order:
    """Discard a payment that Stripe does not know, so that the order may have another one."""
    discard_intent(db, order)
    return lock_order(db, order.id)
