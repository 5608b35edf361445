"""Bring an order in line with Stripe now, because a person asks for it."""

from dataclasses import dataclass, replace

from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.errors import PaymentError
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.refresh_refunds import refresh_refunds


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """An order before and after; `is_fresh` if its payment was read from Stripe."""

    old: Order
    new: Order
    is_fresh: bool


async def check_order(database: Database, gateway: Gateway, order: Order) -> CheckedOrder:
    """Bring an order in line with Stripe, and what followed its payment."""
    checked = CheckedOrder(order, *await reconcile(database, gateway, order, NO_INTERVAL))
    if checked.new.payment is not PaymentState.PAID:
        return checked
    try:
        await refresh_refunds(database, gateway, checked.new)
    except PaymentError:
        return replace(checked, is_fresh=False)
    return checked
