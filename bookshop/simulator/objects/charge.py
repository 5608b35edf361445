"""The Charge: one attempt to take a PaymentIntent's money."""

from copy import deepcopy

from bookshop.simulator.errors import StripeErrorBody
from bookshop.simulator.objects.base import StripeObject, new_id

THREE_D_SECURE = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": None,
    "version": "2.2.0",
}
RECEIPTS_URL = "https://pay.stripe.com/receipts/payment"
CAPTURE_SECONDS = 7 * 24 * 60 * 60
# features that the simulator leaves out, as Stripe shows them when they are not used
UNUSED_FEATURES: StripeObject = {
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "customer": None,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "on_behalf_of": None,
    "receipt_number": None,
    "review": None,
    "source": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "transfer_data": None,
    "transfer_group": None,
}
# what only a card's charge shows, beside what its payment method shows
CARD_DETAILS: StripeObject = {
    "authorization_code": None,
    "electronic_commerce_indicator": None,
    "installments": None,
    "mandate": None,
    "network_transaction_id": None,
    "regulated_status": "unregulated",
    "transaction_link_id": None,
}
METHOD_ONLY = ("display_brand", "generated_from", "networks", "three_d_secure_usage")


def new_charge(
    intent: StripeObject, method: StripeObject, created: int, *, is_authenticated: bool
) -> StripeObject:
    """Return a pending charge."""
    object_id = new_id("ch_3")
    return {
        **deepcopy(UNUSED_FEATURES),
        "id": object_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "STRIPE SIMULATOR",
        "captured": False,
        "created": created,
        "currency": intent["currency"],
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
        "payment_method_details": describe_method(intent, method, is_authenticated=is_authenticated),
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{RECEIPTS_URL}/{object_id}",
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
    }


def describe_method(intent: StripeObject, method: StripeObject, *, is_authenticated: bool) -> StripeObject:
    """Return the payment method as its charge shows it."""
    kind = method["type"]
    if kind == "card":
        return {
            "card": describe_card(intent, method["card"], is_authenticated=is_authenticated),
            "type": kind,
        }
    reference = {"grabpay": "transaction_id", "paynow": "reference"}[kind]
    return {kind: {reference: new_id("", 16)}, "type": kind}


def describe_card(intent: StripeObject, card: StripeObject, *, is_authenticated: bool) -> StripeObject:
    return {
        **{name: value for name, value in card.items() if name not in METHOD_ONLY},
        **CARD_DETAILS,
        "amount_authorized": intent["amount"],
        "network": card["brand"],
        "three_d_secure": dict(THREE_D_SECURE) if is_authenticated else None,
    }


def mark_authorized(charge: StripeObject, risk_level: str) -> None:
    """The bank has reserved the money; it is paid, though not yet captured."""
    outcome = new_outcome("authorized", "approved_by_network", None, "Payment complete.", risk_level)
    charge.update(paid=True, status="succeeded", outcome=outcome)
    if card := charge["payment_method_details"].get("card"):
        card["capture_before"] = charge["created"] + CAPTURE_SECONDS


def mark_captured(charge: StripeObject, amount: int, transaction_id: str) -> None:
    charge.update(amount_captured=amount, captured=True, balance_transaction=transaction_id)
    charge["payment_method_details"].get("card", {}).pop("capture_before", None)


def mark_failed(charge: StripeObject, error: StripeErrorBody) -> None:
    is_blocked = error.decline_code == "fraudulent"
    kind, network = (
        ("blocked", "not_sent_to_network") if is_blocked else ("issuer_declined", "declined_by_network")
    )
    reason = "highest_risk_level" if is_blocked else error.decline_code or error.code
    risk_level = "highest" if is_blocked else "normal"
    charge.update(
        status="failed",
        failure_code=error.code,
        failure_message=error.message,
        receipt_url=None,
        outcome=new_outcome(kind, network, reason, "The payment did not go through.", risk_level),
    )


RISK_SCORES = {"normal": 12, "elevated": 70, "highest": 90}


def new_outcome(
    kind: str, network_status: str, reason: str | None, message: str, risk_level: str
) -> StripeObject:
    """Return how the attempt ended, and how risky Stripe found it."""
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": reason,
        "risk_level": risk_level,
        "risk_score": RISK_SCORES[risk_level],
        "seller_message": message,
        "type": kind,
    }
