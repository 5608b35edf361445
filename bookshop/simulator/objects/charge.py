"""The Charge: one attempt to take a PaymentIntent's money."""

from bookshop.simulator.entered_card import EnteredCard
from bookshop.simulator.errors import StripeErrorBody
from bookshop.simulator.objects.base import StripeObject, new_id
from bookshop.simulator.objects.payment_method import describe_card

THREE_D_SECURE = {
    "authentication_flow": "challenge",
    "result": "authenticated",
    "result_reason": None,
    "version": "2.2.0",
}
RECEIPTS_URL = "https://pay.stripe.com/receipts/payment"


def new_charge(
    intent: StripeObject, method: StripeObject, card: EnteredCard, created: int, *, is_authenticated: bool
) -> StripeObject:
    """Return a pending charge."""
    object_id = new_id("ch_3")
    return {
        "id": object_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": False,
        "created": created,
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
        "payment_method_details": describe_method(card, is_authenticated=is_authenticated),
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{RECEIPTS_URL}/{object_id}",
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
    }


def describe_method(card: EnteredCard, *, is_authenticated: bool) -> StripeObject:
    details = {
        **describe_card(card),
        "network": card.brand,
        "three_d_secure": THREE_D_SECURE if is_authenticated else None,
    }
    return {"card": details, "type": "card"}


def mark_succeeded(charge: StripeObject) -> None:
    charge.update(
        amount_captured=charge["amount"],
        captured=True,
        paid=True,
        status="succeeded",
        balance_transaction=new_id("txn_3"),
        outcome=new_outcome("authorized", "approved_by_network", None, "Payment complete."),
    )


def mark_failed(charge: StripeObject, error: StripeErrorBody) -> None:
    is_blocked = error.decline_code == "fraudulent"
    kind, network = (
        ("blocked", "not_sent_to_network") if is_blocked else ("issuer_declined", "declined_by_network")
    )
    reason = "highest_risk_level" if is_blocked else error.decline_code or error.code
    charge.update(
        status="failed",
        failure_code=error.code,
        failure_message=error.message,
        receipt_url=None,
        outcome=new_outcome(kind, network, reason, "The payment did not go through."),
    )


def new_outcome(kind: str, network_status: str, reason: str | None, message: str) -> StripeObject:
    """Return how the attempt ended, and how risky Stripe found it."""
    is_blocked = kind == "blocked"
    return {
        "network_status": network_status,
        "reason": reason,
        "risk_level": "highest" if is_blocked else "normal",
        "risk_score": 90 if is_blocked else 12,
        "seller_message": message,
        "type": kind,
    }


def decline_error(card: EnteredCard, charge: StripeObject, method: StripeObject) -> StripeErrorBody:
    """Return the error of a declined card."""
    test = card.test
    return StripeErrorBody(
        type="card_error",
        message=test.message,
        code=test.code,
        decline_code=test.decline_code,
        charge=charge["id"],
        payment_method=method,
    )
