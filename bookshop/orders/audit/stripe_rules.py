"""Stripe: its own list of payments agrees with the shop's orders."""

from collections import defaultdict
from collections.abc import Container, Iterable

from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.orders.order_list import OrderSummary
from bookshop.orders.payment_update import PaymentUpdate

PAID_STATUSES = ("succeeded", "processing")


def compare_with_stripe(orders: Iterable[OrderSummary], updates: Iterable[PaymentUpdate]) -> list[Violation]:
    """Find where the shop's orders and Stripe's list of payments differ, both ways.

    Payments of other orders are ignored here: a Stripe account may be shared with another shop.
    """
    payments = defaultdict(list)
    for update in updates:
        if update.status == "succeeded":
            payments[update.order_id].append(update)
    violations = []
    for order in orders:
        paid = payments[order.id]
        found = ", ".join(f"{update.received} by {update.intent_id}" for update in paid)
        if order.payment is not PaymentState.PAID and paid:
            violations.append(Violation("stripe", order.id, f"paid: {found}", order.payment))
        if order.payment is PaymentState.PAID and [update.received for update in paid] != [order.total]:
            violations.append(Violation("stripe", order.id, f"one payment of {order.total}", found or "none"))
    return violations


def find_lost_orders(
    known: Container[str], updates: Iterable[PaymentUpdate], shop_id: str
) -> list[Violation]:
    """Find payments that this shop has requested for orders that its database no longer has."""
    return [
        Violation("stripe", update.order_id, f"an order paid by {update.intent_id}: {update.amount}", "none")
        for update in updates
        if update.shop_id == shop_id and update.order_id not in known and update.status in PAID_STATUSES
    ]
