"""The balance transaction: money that comes to the account's balance, or leaves it."""

from dataclasses import dataclass

from bookshop.simulator.objects.base import StripeObject, new_id


@dataclass(frozen=True)
class Movement:
    """Why money moved, in Stripe's words for its type and its reports; a negative amount leaves."""

    kind: str
    category: str
    amount: int
    fee: int
    description: str | None


def new_balance_transaction(source: StripeObject, movement: Movement, created: int) -> StripeObject:
    """Return the movement of money that a charge, refund or dispute causes."""
    fee = {
        "amount": movement.fee,
        "application": None,
        "currency": source["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": new_id("txn_3"),
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": created,
        "balance_type": "payments",
        "created": created,
        "currency": source["currency"],
        "description": movement.description,
        "exchange_rate": None,
        "fee": movement.fee,
        "fee_details": [fee] if movement.fee else [],
        "net": movement.amount - movement.fee,
        "reporting_category": movement.category,
        "source": source["id"],
        "status": "pending",
        "type": movement.kind,
    }
