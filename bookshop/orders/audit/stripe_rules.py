"""Stripe: its own list of payments agrees with the shop's orders."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from bookshop.money import Money
from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.orders.payment_update import PAID_STATUSES, PaymentUpdate


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """What the shop knows of an order's payment."""

    order_id: str
    total: Money
    payment: PaymentState


def compare_payments(orders: Iterable[StoredPayment], updates: Iterable[PaymentUpdate]) -> list[Violation]:
    """Find where the shop's orders and Stripe's list of payments differ, both ways.

    Payments of other orders are ignored here: a Stripe account may be shared with another shop.
    """
    payments = defaultdict(list)
    for update in updates:
        if update.status == "succeeded":
            payments[update.order_id].append(update)
    violations = []
    for order in orders:
        paid = payments[order.order_id]
        found = ", ".join(f"{update.received} by {update.intent_id}" for update in paid)
        if order.payment is not PaymentState.PAID and paid:
            violations.append(Violation("stripe", order.order_id, f"paid: {found}", order.payment))
        if order.payment is PaymentState.PAID and [update.received for update in paid] != [order.total]:
            expected = f"one payment of {order.total}"
            violations.append(Violation("stripe", order.order_id, expected, found or "none"))
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
