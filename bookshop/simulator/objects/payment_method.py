"""The PaymentMethod: a card as Stripe keeps it, without its number."""

from bookshop.simulator.entered_card import EnteredCard
from bookshop.simulator.objects.base import StripeObject, new_id


def new_method(card: EnteredCard, billing: StripeObject, created: int) -> StripeObject:
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "billing_details": billing,
        "card": describe_card(card),
        "created": created,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def describe_card(card: EnteredCard) -> StripeObject:
    """Return what Stripe shows of a card."""
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "funding": "credit",
        "last4": card.number[-4:],
        "wallet": None,
    }
