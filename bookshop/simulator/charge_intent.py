"""Charge a PaymentIntent: it succeeds, is declined, or stays in processing for a while."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.balance import move_charge
from bookshop.simulator.cards import Behaviour, TestCard
from bookshop.simulator.errors import StripeError, StripeErrorBody, unexpected_state
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.charge import mark_authorized, mark_captured, mark_failed, new_charge

DECLINING = (Behaviour.DECLINE, Behaviour.CHALLENGE_THEN_DECLINE)
PROCESSING_OUTCOMES = {Behaviour.PROCESS: "succeeded", Behaviour.PROCESS_THEN_FAIL: "failed"}


def charge_intent(
    account: Account, intent: StripeObject, caller: Caller, *, is_authenticated: bool
) -> StripeObject:
    """Make a charge as the payment method behaves; raises StripeError if it is declined."""
    method = account.objects("payment_method")[intent["payment_method"]]
    charge = new_charge(intent, method, account.clock.now(), is_authenticated=is_authenticated)
    account.add(charge)
    intent.update(latest_charge=charge["id"], next_action=None)
    behaviour = account.test_card(method["id"]).behaviour
    if behaviour in DECLINING:
        raise StripeError(402, decline(account, intent, charge, caller), intent)
    if behaviour in PROCESSING_OUTCOMES:
        start_processing(account, intent, charge, caller)
    else:
        succeed(account, intent, charge, caller)
    return intent


def start_processing(account: Account, intent: StripeObject, charge: StripeObject, caller: Caller) -> None:
    """Leave the payment to its bank, which decides after a delay."""
    intent.update(status="processing", processing={"type": "card", "card": {}})
    account.emit("charge.pending", charge, caller)
    account.emit("payment_intent.processing", intent, caller)
    finish_later(account, intent)


def finish_later(account: Account, intent: StripeObject) -> None:
    """Complete a payment in processing after the delay, unless it has ended by then."""
    charge = account.objects("charge")[intent["latest_charge"]]
    outcome = PROCESSING_OUTCOMES[account.test_card(charge["payment_method"]).behaviour]
    account.call_later(lambda: finish_if_processing(account, intent["id"], outcome))


def finish_if_processing(account: Account, intent_id: str, outcome: str) -> None:
    intent = account.objects("payment_intent").get(intent_id)
    if intent and intent["status"] == "processing":
        finish_processing(account, intent_id, outcome)


def finish_processing(account: Account, intent_id: str, outcome: str) -> StripeObject:
    """End a payment that is processing: `outcome` is succeeded or failed."""
    intent = find_intent(account, intent_id)
    if intent["status"] != "processing":
        raise unexpected_state("This PaymentIntent is not processing.", intent)
    charge = account.objects("charge")[intent["latest_charge"]]
    if outcome == "succeeded":
        succeed(account, intent, charge, Caller())
    else:
        decline(account, intent, charge, Caller())
    return intent


def succeed(account: Account, intent: StripeObject, charge: StripeObject, caller: Caller) -> None:
    """Take the money, or only reserve it if it is to be captured by hand."""
    mark_authorized(charge, account.test_card(charge["payment_method"]).risk_level)
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=charge["amount"], processing=None)
        account.emit("charge.succeeded", charge, caller)
        account.emit("payment_intent.amount_capturable_updated", intent, caller)
        return
    mark_captured(charge, charge["amount"], move_charge(account, charge, charge["amount"]))
    intent.update(status="succeeded", amount_received=charge["amount"], processing=None)
    account.emit("charge.succeeded", charge, caller)
    account.emit("payment_intent.succeeded", intent, caller)


def decline(account: Account, intent: StripeObject, charge: StripeObject, caller: Caller) -> StripeErrorBody:
    method = account.objects("payment_method")[charge["payment_method"]]
    error = decline_error(account.test_card(method["id"]), charge, method)
    mark_failed(charge, error)
    account.emit("charge.failed", charge, caller)
    require_new_method(account, intent, error, caller)
    return error


def decline_error(card: TestCard, charge: StripeObject, method: StripeObject) -> StripeErrorBody:
    """Return the error of a declined card."""
    return StripeErrorBody(
        type="card_error",
        message=card.message,
        code=card.code,
        decline_code=card.decline_code,
        charge=charge["id"],
        payment_method=method,
    )


def require_new_method(
    account: Account, intent: StripeObject, error: StripeErrorBody, caller: Caller
) -> None:
    """Return the intent to the state in which another payment method may be tried."""
    intent.update(
        status="requires_payment_method",
        last_payment_error=error.to_dict(),
        next_action=None,
        payment_method=None,
        processing=None,
    )
    account.emit("payment_intent.payment_failed", intent, caller)
