"""Bring an order's refunds, dispute and fraud warning in line with Stripe."""

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.payments.apply_concerns import apply_concerns
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.send_refund import apply_refund_updates, send_refund

# the prefixes of the events after which a paid order is refreshed
AFTER_PAYMENT_EVENTS = ("refund.", "charge.refund", "charge.dispute.", "radar.early_fraud_warning.")


async def refresh_refunds(database: Database, gateway: Gateway, order: Order) -> list[Refund]:
    """Apply what Stripe lists of the order's charge, and return the order's refunds.

    Repeating it changes nothing; while a refund `is_open`, more may follow.
    """
    if order.charge is None:
        return []
    updates = await gateway.list_refunds(order.charge.id)
    refunds = await database.write(apply_refund_updates, order.id, updates)
    await refresh_concerns(database, gateway, order, order.charge.id)
    return [
        await send_refund(database, gateway, order, refund)
        if refund.status is RefundStatus.REQUESTED
        else refund
        for refund in refunds
    ]


async def refresh_concerns(database: Database, gateway: Gateway, order: Order, charge_id: str) -> None:
    """Apply what Stripe lists of disputes and warnings, also beside other processes."""
    seen: Order | None = order
    while seen:
        dispute = await gateway.find_dispute(charge_id)
        warning = await gateway.find_fraud_warning(charge_id)
        seen = await database.write(apply_concerns, seen, dispute, warning)
