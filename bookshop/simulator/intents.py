"""PaymentIntents: create, update and cancel."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.capture_intent import release
from bookshop.simulator.confirm_intent import CONFIRM_PARAMS, check_method, confirm
from bookshop.simulator.errors import invalid_request, unexpected_state
from bookshop.simulator.find_intent import UNPAID, find_intent
from bookshop.simulator.intent_details import DETAILS, change_amount, change_details
from bookshop.simulator.method_kinds import set_method_types
from bookshop.simulator.method_params import METHOD_CHOICES, read_method_choices
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.payment_intent import new_intent
from bookshop.simulator.params import Params, check_names, read_boolean, read_choice, require
from bookshop.simulator.payment_method_params import find_method
from bookshop.simulator.payment_params import read_amount, read_currency

CANCELLATION_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
CAPTURE_METHODS = ("automatic_async", "automatic", "manual")
CANCELABLE = (*UNPAID, "requires_capture")


def create(account: Account, params: Params, caller: Caller) -> StripeObject:
    """Create an intent, and confirm it at once if `confirm` is true."""
    names = ("amount", "capture_method", "confirm", "currency", *METHOD_CHOICES, *DETAILS, *CONFIRM_PARAMS)
    check_names(params, *names)
    intent = read_intent(params, account.clock.now())
    is_confirmed = read_boolean(params, "confirm")
    if not is_confirmed and (method := find_method(account, params)):
        check_method(intent, method)
        intent.update(payment_method=method["id"], status="requires_confirmation")
    account.add(intent)
    account.emit("payment_intent.created", intent, caller)
    if is_confirmed:
        confirmation = {name: params[name] for name in CONFIRM_PARAMS if name in params}
        return confirm(account, intent["id"], confirmation, caller)
    return intent


def read_intent(params: Params, created: int) -> StripeObject:
    """Read a new intent without a payment method."""
    require(params, "amount")
    currency = read_currency(params)
    intent = new_intent(read_amount(params, currency), currency, created)
    change_details(intent, params)
    default = CAPTURE_METHODS[0]
    intent["capture_method"] = read_choice(
        {"capture_method": default, **params}, "capture_method", CAPTURE_METHODS
    )
    intent.update(read_method_choices(params))
    set_method_types(intent)
    return intent


def update(account: Account, intent_id: str, params: Params, _caller: Caller) -> StripeObject:
    """Change the details, and the amount of an unpaid intent: all that was sent, or nothing."""
    intent = find_intent(account, intent_id)
    check_names(params, "amount", "currency", *DETAILS)
    draft = dict(intent)
    if "amount" in params or "currency" in params:
        change_amount(draft, params)
        set_method_types(draft)
    change_details(draft, params)
    intent.update(draft)
    return intent


def cancel(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Cancel an intent that is not paid, unless an open Checkout Session created it."""
    check_session_is_closed(account, intent_id)
    intent = find_intent(account, intent_id)
    check_names(params, "cancellation_reason", "expand")
    has_reason = bool(params.get("cancellation_reason"))
    reason = read_choice(params, "cancellation_reason", CANCELLATION_REASONS) if has_reason else None
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be canceled: {', '.join(CANCELABLE)}.",
            intent,
        )
    if intent["status"] == "requires_capture":
        release(account, intent, caller)
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
