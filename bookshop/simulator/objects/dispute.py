"""The Dispute: a card's owner asks for the money back."""

from bookshop.simulator.cards import AfterPayment
from bookshop.simulator.objects.base import StripeObject, new_id

DAY_SECONDS = 24 * 60 * 60
EVIDENCE_DAYS = 9
DISPUTE_REASONS = {
    AfterPayment.FRAUD_DISPUTE: "fraudulent",
    AfterPayment.NOT_RECEIVED_DISPUTE: "product_not_received",
    AfterPayment.INQUIRY: "general",
}
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def new_dispute(charge: StripeObject, after_payment: AfterPayment, created: int) -> StripeObject:
    """Return a dispute, or an inquiry, that waits for evidence."""
    is_inquiry = after_payment is AfterPayment.INQUIRY
    reason = DISPUTE_REASONS[after_payment]
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + EVIDENCE_DAYS * DAY_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": NETWORK_CODES.get(reason),
        "payment_intent": charge["payment_intent"],
        "payment_method_details": describe_case(charge, reason, is_inquiry=is_inquiry),
        "reason": reason,
        "status": "warning_needs_response" if is_inquiry else "needs_response",
    }


def describe_case(charge: StripeObject, reason: str, *, is_inquiry: bool) -> StripeObject:
    """Return the card network's view of a dispute."""
    card = charge["payment_method_details"]["card"]
    details = {
        "brand": card["brand"],
        "case_type": "inquiry" if is_inquiry else "chargeback",
        "network": card["network"],
        "network_reason_code": NETWORK_CODES.get(reason),
    }
    return {"card": details, "type": "card"}
