"""The PaymentMethod: a card as Stripe keeps it, without its number; or a wallet or bank app."""

import hashlib

from bookshop.simulator.entered_card import EnteredCard
from bookshop.simulator.objects.base import StripeObject, new_id


def new_method(kind: str, details: StripeObject, billing: StripeObject, created: int) -> StripeObject:
    """Return a payment method of a type such as card, with what Stripe shows of it."""
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing,
        kind: details,
        "created": created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def describe_card(card: EnteredCard) -> StripeObject:
    """Return what Stripe shows of a card."""
    return {
        "brand": card.test.brand,
        "checks": describe_checks(card),
        "country": card.test.country,
        "display_brand": card.test.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": hashlib.sha256(card.test.number.encode()).hexdigest()[:16],
        "funding": card.test.funding,
        "generated_from": None,
        "last4": card.test.number[-4:],
        "networks": {"available": [card.test.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.test.brand != "amex"},
        "wallet": None,
    }


def describe_checks(card: EnteredCard) -> StripeObject:
    """Return the bank's checks of what was entered beside the number."""
    checks = card.test.checks
    return {
        "address_line1_check": checks.get("line1"),
        "address_postal_code_check": checks.get("zip"),
        "cvc_check": checks.get("cvc", "pass") if card.has_cvc else None,
    }
