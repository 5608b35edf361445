"""The PaymentIntent: a payment that is expected."""

from bookshop.simulator.objects.base import StripeObject, new_id

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


# features that the simulator leaves out, as Stripe shows them when they are not used
UNUSED_FEATURES: StripeObject = {
    "application": None,
    "application_fee_amount": None,
    "customer": None,
    "customer_account": None,
    "managed_payments": None,
    "on_behalf_of": None,
    "payment_method_configuration_details": None,
    "payment_record": None,
    "review": None,
    "source": None,
    "transfer_group": None,
}


def new_intent(amount: int, currency: str, created: int) -> StripeObject:
    object_id = new_id("pi_3")
    return {
        **UNUSED_FEATURES,
        "id": object_id,
        "object": "payment_intent",
        "allowed_payment_method_types": None,
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{object_id}_secret_", 25),
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": [],
        "processing": None,
        "receipt_email": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
    }


def browser_view(intent: StripeObject) -> StripeObject:
    """Return the fields that a publishable key may see."""
    return {name: intent[name] for name in BROWSER_FIELDS}
