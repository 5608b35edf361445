"""Cancel an unpaid order: at Stripe first, and in the shop only if Stripe agrees."""

from dataclasses import replace

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock
from bookshop.database import Database
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_store import set_payment
from bookshop.orders.store import lock_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.gateway import Gateway
from bookshop.payments.switch_payment_method import cancel_superseded


async def cancel_unpaid(
    database: Database, gateway: Gateway, order: Order, reason: CancelReason = CancelReason.EXPIRED
) -> Order:
    """Cancel an order that will not be paid any more; it may turn out to be paid.

    Without a stored payment no browser was ever given the means to pay, so Stripe is not involved. Raises
    PaymentError when Stripe does not respond, or does not know the payment.
    """
    order = await cancel_superseded(database, gateway, order)
    if order.is_final:
        return order
    if not order.attempt.payment_id:
        return await database.write(cancel_never_offered, order.id, reason)
    update = await gateway.cancel_payment(order.attempt.payment_id)
    return await database.write(apply_payment_update, order.id, update, reason)


def cancel_never_offered(db: Connection, order_id: str, reason: CancelReason = CancelReason.EXPIRED) -> Order:
    """Cancel an order whose payment was never offered to a browser, and release its stock."""
    order = lock_order(db, order_id)
    if order.payment is not PaymentState.OPEN or order.attempt.payment_id:
        return order
    cancelled = replace(order, payment=PaymentState.CANCELLED, cancel_reason=reason)
    release_stock(db, order.from_shelf, order.id)
    set_payment(db, cancelled)
    return cancelled
