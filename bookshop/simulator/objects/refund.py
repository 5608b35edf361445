"""The Refund: money of a charge that goes back."""

from bookshop.simulator.objects.base import StripeObject, new_id


def new_refund(charge: StripeObject, amount: int, reason: str | None, created: int) -> StripeObject:
    """Return a refund that succeeded; like Stripe's, without the fields of a failure."""
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn_3"),
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "destination_details": {"card": card, "type": "card"},
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
