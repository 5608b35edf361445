"""The shapes of Stripe's objects: every field that is required, and those a shop reads."""

import secrets
import string
from collections.abc import Mapping
from typing import Any

from bookshop.simulator.cards import Card
from bookshop.simulator.errors import Problem

Object = dict[str, Any]

API_VERSION = "2026-10-28.endive"
ALPHANUMERICS = string.ascii_letters + string.digits
THREE_D_SECURE = {
    "authentication_flow": "challenge",
    "result": "authenticated",
    "result_reason": None,
    "version": "2.2.0",
}
RECEIPTS = "https://pay.stripe.com/receipts/payment"
BROWSER_FIELDS = (
    "id",
    "object",
    "amount",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "client_secret",
    "confirmation_method",
    "created",
    "currency",
    "description",
    "last_payment_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_types",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "status",
)


def new_id(prefix: str, length: int = 24) -> str:
    """An id that looks like Stripe's."""
    return prefix + "".join(secrets.choice(ALPHANUMERICS) for _ in range(length))


def new_intent(amount: int, currency: str, at: int) -> Object:
    """An intent that nobody has tried to pay."""
    ident = new_id("pi_3")
    return {
        "id": ident,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{ident}_secret_", 25),
        "confirmation_method": "automatic",
        "created": at,
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
    }


def new_method(card: Card, billing: Object, at: int) -> Object:
    """A card as Stripe keeps it: without its number."""
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "billing_details": billing,
        "card": describe_card(card),
        "created": at,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def new_charge(intent: Object, method: Object, card: Card, at: int, *, is_authenticated: bool) -> Object:
    """An attempt to take an intent's money, not yet decided."""
    ident = new_id("ch_3")
    details = {
        **describe_card(card),
        "network": card.brand,
        "three_d_secure": THREE_D_SECURE if is_authenticated else None,
    }
    return {
        "id": ident,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": False,
        "created": at,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": details, "type": "card"},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{RECEIPTS}/{ident}",
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
    }


def succeed(charge: Object) -> None:
    """The money came."""
    charge.update(
        amount_captured=charge["amount"],
        captured=True,
        paid=True,
        status="succeeded",
        balance_transaction=new_id("txn_3"),
        outcome=describe_outcome("authorized", "approved_by_network", None, "Payment complete."),
    )


def fail(charge: Object, problem: Problem) -> None:
    """The money did not come, and why."""
    is_blocked = problem.decline_code == "fraudulent"
    kind, network = (
        ("blocked", "not_sent_to_network") if is_blocked else ("issuer_declined", "declined_by_network")
    )
    reason = "highest_risk_level" if is_blocked else problem.decline_code or problem.code
    charge.update(
        status="failed",
        failure_code=problem.code,
        failure_message=problem.message,
        receipt_url=None,
        outcome=describe_outcome(kind, network, reason, "The payment did not go through."),
    )


def decline_of(card: Card, charge: Object, method: Object) -> Problem:
    """What a card that is declined says of itself."""
    test = card.test
    return Problem(
        type="card_error",
        message=test.message,
        code=test.code,
        decline_code=test.decline_code,
        charge=charge["id"],
        payment_method=method,
    )


def new_event(kind: str, subject: Object, request: Mapping[str, str | None], at: int) -> Object:
    """Something that happened, as it stood then."""
    return {
        "id": new_id("evt_3"),
        "object": "event",
        "api_version": API_VERSION,
        "created": at,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": dict(request),
        "type": kind,
    }


def new_list(url: str, data: list[Object], *, has_more: bool) -> Object:
    """One page of a list."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def browser_view(intent: Object) -> Object:
    """What a publishable key may see of an intent."""
    return {name: intent[name] for name in BROWSER_FIELDS}


def describe_card(card: Card) -> Object:
    """What may be known of a card."""
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


def describe_outcome(kind: str, network_status: str, reason: str | None, message: str) -> Object:
    """How the attempt ended, and how risky it looked."""
    is_blocked = kind == "blocked"
    return {
        "network_status": network_status,
        "reason": reason,
        "risk_level": "highest" if is_blocked else "normal",
        "risk_score": 90 if is_blocked else 12,
        "seller_message": message,
        "type": kind,
    }
