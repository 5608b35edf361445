"""Confirm a PaymentIntent: charge it, or require an action of the shopper first."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.charge_intent import charge_intent
from bookshop.simulator.errors import invalid_request, unexpected_state
from bookshop.simulator.find_intent import UNPAID, find_intent
from bookshop.simulator.intent_details import change_details
from bookshop.simulator.next_actions import find_next_action, require_action
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.params import Params, check_names, read_text
from bookshop.simulator.payment_method_params import find_method

CONFIRM_PARAMS = ("payment_method", "payment_method_data", "return_url", "use_stripe_sdk")


def confirm(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Charge the intent, or require an action first; raises StripeError if it is declined."""
    intent = find_intent(account, intent_id)
    check_names(
        params, "expand", "expected_payment_method_type", "receipt_email", "shipping", *CONFIRM_PARAMS
    )
    check_confirmable(intent)
    method = find_method(account, params) or account.objects("payment_method").get(intent["payment_method"])
    if method is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", intent
        )
    check_method(intent, method)
    check_return_url(intent, method, params, caller)
    change_details(intent, params)
    intent.update(payment_method=method["id"], last_payment_error=None, next_action=None)
    if action := find_next_action(account, intent, read_text(params, "return_url"), caller):
        require_action(account, intent, action, caller)
        return intent
    return charge_intent(account, intent, caller, is_authenticated=False)


def check_confirmable(intent: StripeObject) -> None:
    """Refuse an intent that is decided or under way."""
    if intent["status"] == "succeeded":
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously "
            "confirmed.",
            intent,
        )
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be confirmed: {', '.join(UNPAID)}.",
            intent,
        )


def check_method(intent: StripeObject, method: StripeObject) -> None:
    """Refuse a payment method of a type that the intent does not take."""
    kinds = intent["payment_method_types"]
    if method["type"] not in kinds:
        raise invalid_request(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please "
            f"attach a PaymentMethod of one of the following types: {', '.join(kinds)}.",
            param="payment_method",
        )


def check_return_url(intent: StripeObject, method: StripeObject, params: Params, caller: Caller) -> None:
    """Require the address to which a redirect leads back, where there may be one."""
    automatic = intent["automatic_payment_methods"] or {}
    may_redirect = automatic.get("allow_redirects") == "always" and not caller.is_browser
    if (may_redirect or method["type"] == "grabpay") and not params.get("return_url"):
        raise invalid_request(
            "This PaymentIntent is configured to accept payment methods that might redirect your "
            "customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )
