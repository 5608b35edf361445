"""What a shopper must do before a charge: a challenge, a redirect, or a QR code."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Behaviour
from bookshop.simulator.charge_intent import charge_intent, require_new_method
from bookshop.simulator.errors import INVALID_REQUEST, StripeErrorBody, unexpected_state
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject, new_id
from bookshop.simulator.params import Params, check_names, read_choice

CHALLENGING = (Behaviour.CHALLENGE, Behaviour.CHALLENGE_THEN_DECLINE)
CHALLENGE_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
    "PaymentMethod to attempt to fulfill this PaymentIntent again."
)
CODE_EXPIRED = (
    "The latest attempt to confirm the payment has expired. You can provide payment_method_data or a new "
    "PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def find_next_action(
    account: Account, intent: StripeObject, return_url: str | None, caller: Caller
) -> StripeObject | None:
    """Return what the intent's payment method asks for, or None if it can be charged at once."""
    method = account.objects("payment_method")[intent["payment_method"]]
    page = f"{caller.origin}authorize/{intent['id']}/{new_id('pa_nonce_')}"
    if method["type"] == "grabpay":
        target = {"return_url": return_url, "url": page}
        return {"redirect_to_url": target, "type": "redirect_to_url"}
    if method["type"] == "paynow":
        return {"paynow_display_qr_code": describe_code(page), "type": "paynow_display_qr_code"}
    if account.test_card(method["id"]).behaviour in CHALLENGING:
        sdk = {"type": "three_d_secure_redirect", "source": new_id("src_1")}
        return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    return None


def describe_code(page: str) -> StripeObject:
    """Return a QR code that opens the page on which its scan is simulated."""
    return {
        "data": page,
        "hosted_instructions_url": page,
        "image_url_png": f"{page}.png",
        "image_url_svg": f"{page}.svg",
    }


def require_action(account: Account, intent: StripeObject, action: StripeObject, caller: Caller) -> None:
    intent.update(status="requires_action", next_action=action)
    account.emit("payment_intent.requires_action", intent, caller)


def end_action(account: Account, intent_id: str, params: Params, caller: Caller) -> StripeObject:
    """Charge the intent if the action was completed, else require another payment method."""
    intent = find_intent(account, intent_id)
    check_names(params, "outcome")
    if intent["status"] != "requires_action":
        raise unexpected_state("This PaymentIntent does not require an action.", intent)
    if read_choice(params, "outcome", ("complete", "fail")) == "complete":
        return charge_intent(account, intent, caller, is_authenticated=True)
    require_new_method(account, intent, action_error(account, intent), caller)
    return intent


def action_error(account: Account, intent: StripeObject) -> StripeErrorBody:
    is_code = intent["next_action"]["type"] == "paynow_display_qr_code"
    return StripeErrorBody(
        type=INVALID_REQUEST,
        message=CODE_EXPIRED if is_code else CHALLENGE_FAILED,
        code="payment_intent_payment_attempt_expired" if is_code else "payment_intent_authentication_failure",
        payment_method=account.objects("payment_method")[intent["payment_method"]],
    )
