"""The early fraud warning: a card's bank takes a payment for fraud, before any dispute."""

from bookshop.simulator.objects.base import StripeObject, new_id


def new_fraud_warning(charge: StripeObject, created: int) -> StripeObject:
    return {
        "id": new_id("issfr_1"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": created,
        "fraud_type": "misc",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
