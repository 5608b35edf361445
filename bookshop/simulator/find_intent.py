"""Find a PaymentIntent."""

from bookshop.simulator.account import Account
from bookshop.simulator.objects.base import StripeObject

UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")


def find_intent(account: Account, intent_id: str) -> StripeObject:
    """Return the intent; raises StripeError."""
    return account.find("payment_intent", intent_id, "intent")
