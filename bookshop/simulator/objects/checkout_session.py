"""The Checkout Session: a page on which a shopper pays."""

from copy import deepcopy

from bookshop.simulator.objects.base import StripeObject, new_id

# features that the simulator leaves out, as Stripe shows them when they are not used
UNUSED_FEATURES: StripeObject = {
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer": None,
    "customer_creation": "if_required",
    "discounts": [],
    "invoice": None,
    "locale": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "submit_type": None,
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
}


def new_session(origin: str, created: int, expires_at: int, currency: str, amount: int) -> StripeObject:
    """Return an open session, whose page is at `origin`."""
    object_id = new_id("cs_test_", 58)
    return {
        **deepcopy(UNUSED_FEATURES),
        "id": object_id,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": None,
        "client_reference_id": None,
        "created": created,
        "currency": currency,
        "customer_details": None,
        "customer_email": None,
        "expires_at": expires_at,
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "success_url": None,
        "ui_mode": "hosted_page",
        "url": f"{origin.rstrip('/')}/c/pay/{object_id}",
    }


def customer_details(email: str) -> StripeObject:
    return {
        "address": None,
        "email": email,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
