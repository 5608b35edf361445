"""Confirm a PaymentIntent with a card, through the bank's challenge where the card has one."""

from datetime import UTC, datetime

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Behaviour
from bookshop.simulator.charge_card import charge_card, require_new_method
from bookshop.simulator.entered_card import EnteredCard, card_of_alias, read_card
from bookshop.simulator.errors import (
    INVALID_REQUEST,
    StripeErrorBody,
    invalid_request,
    resource_missing,
    unexpected_state,
)
from bookshop.simulator.find_intent import UNPAID, find_intent
from bookshop.simulator.intent_details import change_details
from bookshop.simulator.objects.base import StripeObject, new_id
from bookshop.simulator.objects.payment_method import new_method
from bookshop.simulator.params import Params, check_names, read_choice, read_object, read_text
from bookshop.simulator.payment_params import read_billing

CONFIRM_PARAMS = ("payment_method", "payment_method_data", "return_url", "use_stripe_sdk")
CHALLENGING = (Behaviour.CHALLENGE, Behaviour.CHALLENGE_THEN_DECLINE)
CHALLENGE_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
    "PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def confirm(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Charge the card, or ask for a challenge first; raises StripeError if the card is declined."""
    intent = find_intent(account, intent_id)
    check_names(
        params, "expand", "expected_payment_method_type", "receipt_email", "shipping", *CONFIRM_PARAMS
    )
    check_confirmable(intent)
    check_return_url(intent, params, caller)
    method = find_method(account, params) or account.objects("payment_method").get(intent["payment_method"])
    if method is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", intent
        )
    change_details(intent, params)
    intent.update(payment_method=method["id"], last_payment_error=None, next_action=None)
    if account.cards[method["id"]].test.behaviour in CHALLENGING:
        require_challenge(account, intent, caller)
        return intent
    return charge_card(account, intent, caller, is_authenticated=False)


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


def check_return_url(intent: StripeObject, params: Params, caller: Caller) -> None:
    redirects = intent["automatic_payment_methods"]["allow_redirects"] == "always"
    if redirects and not caller.is_browser and not params.get("return_url"):
        raise invalid_request(
            "This PaymentIntent is configured to accept payment methods that might redirect your "
            "customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )


def find_method(account: Account, params: Params) -> StripeObject | None:
    """Return the payment method that was sent by id, by alias or as card data, or None."""
    today = datetime.fromtimestamp(account.clock.now(), UTC)
    if name := read_text(params, "payment_method"):
        if name in account.objects("payment_method"):
            return account.objects("payment_method")[name]
        card = card_of_alias(name, today.year)
        if card is None:
            raise resource_missing("PaymentMethod", name, status=400, param="payment_method")
        return add_method(account, card, read_billing({}))
    if data := read_object(params, "payment_method_data"):
        card = read_card(read_object(data, "card"), today.year, today.month)
        return add_method(account, card, read_billing(data))
    return None


def add_method(account: Account, card: EnteredCard, billing: StripeObject) -> StripeObject:
    method = account.add(new_method(card, billing, account.clock.now()))
    account.cards[method["id"]] = card
    return method


def require_challenge(account: Account, intent: StripeObject, caller: Caller) -> None:
    sdk = {"type": "three_d_secure_redirect", "source": new_id("src_1")}
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    intent.update(status="requires_action", next_action=action)
    account.emit("payment_intent.requires_action", intent, caller)


def end_challenge(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Charge the card if the challenge was completed, else require another payment method."""
    intent = find_intent(account, intent_id)
    check_names(params, "outcome")
    if intent["status"] != "requires_action":
        raise unexpected_state("This PaymentIntent does not require an action.", intent)
    if read_choice(params, "outcome", ("complete", "fail")) == "complete":
        return charge_card(account, intent, caller, is_authenticated=True)
    error = StripeErrorBody(
        type=INVALID_REQUEST,
        message=CHALLENGE_FAILED,
        code="payment_intent_authentication_failure",
        payment_method=account.objects("payment_method")[intent["payment_method"]],
    )
    require_new_method(account, intent, error, caller)
    return intent
