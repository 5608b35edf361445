"""Compare what happened to charges at Stripe with what the shop knows of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bookshop.money import Money
from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.payments.charge_history import NOTHING, ChargeHistory
from bookshop.schema import orders, refunds


@dataclass(frozen=True, slots=True)
class PaidCharge:
    """A paid order's charge, and what the shop knows of it."""

    order_id: str
    charge_id: str
    history: ChargeHistory


LIST_CHARGES = (
    select(orders.c.id, orders.c.charge_id, orders.c.currency, orders.c.dispute, orders.c.fraud_warning)
    .where(orders.c.payment == PaymentState.PAID)
    .order_by(orders.c.id)
)
LIST_REFUNDS = select(refunds.c.order_id, refunds.c.stripe_refund_id, refunds.c.amount_minor).where(
    refunds.c.stripe_refund_id != "", refunds.c.status != "failed"
)


def list_paid_charges(db: Connection) -> list[PaidCharge]:
    """Return the charges of all paid orders."""
    made: dict[str, dict[str, int]] = {}
    for row in db.execute(LIST_REFUNDS):
        made.setdefault(row.order_id, {})[row.stripe_refund_id] = row.amount_minor
    return [
        PaidCharge(
            row.id,
            row.charge_id,
            ChargeHistory(
                {key: Money(minor, row.currency) for key, minor in made.get(row.id, {}).items()},
                row.dispute,
                row.fraud_warning,
            ),
        )
        for row in db.execute(LIST_CHARGES)
    ]


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
