"""PaymentIntents: create, update and cancel."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.confirm_intent import CONFIRM_PARAMS, confirm, find_method
from bookshop.simulator.errors import invalid_request, unexpected_state
from bookshop.simulator.find_intent import UNPAID, find_intent
from bookshop.simulator.intent_details import DETAILS, change_amount, change_details
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.payment_intent import new_intent
from bookshop.simulator.params import Params, check_names, read_boolean, read_choice, read_object, require
from bookshop.simulator.payment_params import read_amount, read_currency

CANCELLATION_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")


def create(account: Account, params: Params, caller: Caller) -> StripeObject:
    check_names(
        params, "amount", "automatic_payment_methods", "confirm", "currency", *DETAILS, *CONFIRM_PARAMS
    )
    require(params, "amount")
    currency = read_currency(params)
    intent = new_intent(read_amount(params, currency), currency, account.clock.now())
    change_details(intent, params)
    methods = {"allow_redirects": "always", **read_object(params, "automatic_payment_methods")}
    redirects = read_choice(methods, "allow_redirects", ("always", "never"))
    intent["automatic_payment_methods"]["allow_redirects"] = redirects
    is_confirmed = read_boolean(params, "confirm")
    if not is_confirmed and (method := find_method(account, params)):
        intent.update(payment_method=method["id"], status="requires_confirmation")
    account.add(intent)
    account.emit("payment_intent.created", intent, caller)
    if is_confirmed:
        confirmation = {name: params[name] for name in CONFIRM_PARAMS if name in params}
        return confirm(account, intent["id"], confirmation, caller)
    return intent


def update(account: Account, intent_id: str, params: Params, _caller: Caller) -> StripeObject:
    """Change the details, and the amount of an unpaid intent: all that was sent, or nothing."""
    intent = find_intent(account, intent_id)
    check_names(params, "amount", "currency", *DETAILS)
    draft = dict(intent)
    if "amount" in params or "currency" in params:
        change_amount(draft, params)
    change_details(draft, params)
    intent.update(draft)
    return intent


def cancel(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Cancel an unpaid intent, unless an open Checkout Session created it."""
    check_session_is_closed(account, intent_id)
    intent = find_intent(account, intent_id)
    check_names(params, "cancellation_reason", "expand")
    has_reason = bool(params.get("cancellation_reason"))
    reason = read_choice(params, "cancellation_reason", CANCELLATION_REASONS) if has_reason else None
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be canceled: {', '.join(UNPAID)}.",
            intent,
        )
    intent.update(
        status="canceled", canceled_at=account.clock.now(), cancellation_reason=reason, next_action=None
    )
    account.emit("payment_intent.canceled", intent, caller)
    return intent


def check_session_is_closed(account: Account, intent_id: str) -> None:
    sessions = account.objects("checkout.session").values()
    if any(one["payment_intent"] == intent_id and one["status"] == "open" for one in sessions):
        raise invalid_request(
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the "
            "Checkout Session instead."
        )
