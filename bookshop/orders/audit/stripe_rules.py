"""Stripe: its own list of payments agrees with the shop's orders."""

from collections import defaultdict
from collections.abc import Iterable

from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.orders.order_list import OrderSummary
from bookshop.orders.payment_update import PaymentUpdate


def compare_with_stripe(orders: Iterable[OrderSummary], updates: Iterable[PaymentUpdate]) -> list[Violation]:
    """Find where the shop's orders and Stripe's list of payments differ, both ways.

    Payments of other orders are ignored: a Stripe account may be shared with another shop.
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
