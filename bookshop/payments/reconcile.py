"""Bring an order in line with its payment at Stripe."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.payment_store import claim_refresh
from bookshop.orders.store import find_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.errors import PaymentError
from bookshop.payments.gateway import Gateway
from bookshop.payments.switch_payment_method import cancel_superseded

MIN_REFRESH_INTERVAL = timedelta(seconds=2)
NO_INTERVAL = timedelta()


class ReconcileResult(NamedTuple):
    """An order, and whether it is certain to be in line with Stripe now."""

    order: Order
    is_fresh: bool


async def reconcile(
    database: Database,
    gateway: Gateway,
    order: Order,
    interval: timedelta = MIN_REFRESH_INTERVAL,
    may_read: Callable[[], bool] = lambda: True,
) -> ReconcileResult:
    """Read the payment from Stripe and bring the order in line with it.

    However many shoppers poll, all processes together read a payment once in each interval, and this one only
    while `may_read` allows it; the other callers get the stored order.
    """
    now = datetime.now(UTC)
    if order.is_final or not order.attempt.payment_id:
        return ReconcileResult(order, is_fresh=True)
    if abs(now - order.refreshed_at) < interval or not may_read():
        return ReconcileResult(order, is_fresh=False)
    if not await database.write(claim_refresh, order.id, now, interval):
        stored = await database.read(find_order, order.token)
        return ReconcileResult(stored or order, is_fresh=False)
    try:
        return ReconcileResult(await refresh_payment(database, gateway, order), is_fresh=True)
    except PaymentError:
        return ReconcileResult(order, is_fresh=False)


async def refresh_payment(database: Database, gateway: Gateway, order: Order) -> Order:
    """Read the payment from Stripe and apply it; raises PaymentError."""
    if order.attempt.is_superseded:
        return await cancel_superseded(database, gateway, order)
    if order.is_final or not order.attempt.payment_id:
        return order
    intent = await gateway.read_payment(order.attempt.payment_id)
    return await database.write(apply_payment_update, order.id, intent.update)
