"""Compare what happened to charges at Stripe with what the shop knows of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bookshop.orders.audit.violation import Violation
from bookshop.payments.charge_history import NOTHING, ChargeHistory


@dataclass(frozen=True, slots=True)
class PaidCharge:
    """A paid order's charge, and what the shop knows of it."""

    order_id: str
    charge_id: str
    history: ChargeHistory


def compare_histories(
    charges: Collection[PaidCharge], at_stripe: Mapping[str, ChargeHistory]
) -> list[Violation]:
    """Find where refunds, disputes and warnings of the shop and of Stripe differ."""
    violations = []
    for charge in charges:
        expected, found = at_stripe.get(charge.charge_id, NOTHING), charge.history
        for rule, theirs, ours in (
            ("stripe_refunds", describe_refunds(expected), describe_refunds(found)),
            ("stripe_dispute", expected.dispute, found.dispute),
            ("stripe_warning", expected.fraud_warning, found.fraud_warning),
        ):
            if theirs != ours:
                violations.append(Violation(rule, charge.order_id, theirs or "none", ours or "none"))
    return violations


def describe_refunds(history: ChargeHistory) -> str:
    return ", ".join(f"{amount} by {key}" for key, amount in sorted(history.refunds.items()))
