"""The Refund: money of a charge that goes back."""

from bookshop.simulator.objects.base import StripeObject, new_id

CARD_DESTINATION = {
    "reference_status": "pending",
    "reference_type": "acquirer_reference_number",
    "type": "refund",
}


def new_refund(charge: StripeObject, amount: int, reason: str | None, created: int) -> StripeObject:
    """Return a refund that succeeded; like Stripe's, without the fields of a failure."""
    kind = charge["payment_method_details"]["type"]
    destination = dict(CARD_DESTINATION) if kind == "card" else {}
    return {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {kind: destination, "type": kind},
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
