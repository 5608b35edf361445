"""The Checkout Session: a page on which a shopper pays."""

from copy import deepcopy

from bookshop.simulator.objects.base import StripeObject, new_id

# features that the simulator leaves out, as Stripe shows them when they are not used
UNUSED_FEATURES: StripeObject = {
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "allowed_payment_method_types": None,
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
    "customer_account": None,
    "customer_creation": "if_required",
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "invoice_creation": None,
    "locale": None,
    "managed_payments": None,
    "origin_context": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "submit_type": None,
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "wallet_options": None,
}


def new_session(origin: str, expires_at: int, intent: StripeObject) -> StripeObject:
    """Return an open session, whose page is at `origin`, for an intent that it will create."""
    amount = intent["amount"]
    object_id = new_id("cs_test_", 58)
    return {
        **deepcopy(UNUSED_FEATURES),
        "id": object_id,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": None,
        "client_reference_id": None,
        "created": intent["created"],
        "currency": intent["currency"],
        "customer_details": None,
        "customer_email": None,
        "expires_at": expires_at,
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": intent["payment_method_types"],
        "payment_status": "unpaid",
        "status": "open",
        "success_url": None,
        "ui_mode": "hosted_page",
        "url": f"{origin.rstrip('/')}/c/pay/{object_id}",
    }


def customer_details(email: str) -> StripeObject:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
