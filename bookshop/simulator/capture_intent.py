"""Capture a PaymentIntent whose money a bank has reserved, or release it."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.balance import move_charge
from bookshop.simulator.errors import invalid_request, unexpected_state
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.charge import mark_captured
from bookshop.simulator.params import Params, check_names, read_integer


def capture(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Take the reserved money, or a part of it; the rest is released."""
    intent = find_intent(account, intent_id)
    check_names(params, "amount_to_capture", "expand")
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
            intent,
        )
    amount = read_capture_amount(intent, params)
    charge = account.objects("charge")[intent["latest_charge"]]
    mark_captured(charge, amount, move_charge(account, charge, amount))
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    account.emit("charge.captured", charge, caller)
    account.emit("payment_intent.succeeded", intent, caller)
    return intent


def read_capture_amount(intent: StripeObject, params: Params) -> int:
    """Read the amount to capture, by default all of it."""
    capturable = int(intent["amount_capturable"])
    if "amount_to_capture" not in params:
        return capturable
    amount = read_integer(params, "amount_to_capture")
    if amount > capturable:
        message = f"The amount to capture must be less than or equal to {capturable}."
        raise invalid_request(message, "amount_too_large", "amount_to_capture")
    return amount


def release(account: Account, intent: StripeObject, caller: Caller) -> None:
    """Give back money that was reserved and is not captured, as a refund of all of it."""
    charge = account.objects("charge")[intent["latest_charge"]]
    charge.update(amount_refunded=charge["amount"], refunded=True)
    intent["amount_capturable"] = 0
    account.emit("charge.refunded", charge, caller)
