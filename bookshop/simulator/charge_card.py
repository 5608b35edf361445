"""Charge a card: the payment succeeds, is declined, or stays in processing for a while."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Behaviour
from bookshop.simulator.errors import StripeError, StripeErrorBody, unexpected_state
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.charge import decline_error, mark_failed, mark_succeeded, new_charge

DECLINING = (Behaviour.DECLINE, Behaviour.CHALLENGE_THEN_DECLINE)
PROCESSING_OUTCOMES = {Behaviour.PROCESS: "succeeded", Behaviour.PROCESS_THEN_FAIL: "failed"}


def charge_card(
    account: Account, intent: StripeObject, caller: Caller, *, is_authenticated: bool
) -> StripeObject:
    """Make a charge as the intent's card behaves; raises StripeError if it is declined."""
    method = account.objects("payment_method")[intent["payment_method"]]
    card = account.cards[method["id"]]
    charge = account.add(
        new_charge(intent, method, card, account.clock.now(), is_authenticated=is_authenticated)
    )
    intent.update(latest_charge=charge["id"], next_action=None)
    if card.test.behaviour in DECLINING:
        error = decline(account, intent, charge, caller)
        raise StripeError(402, error, intent)
    if outcome := PROCESSING_OUTCOMES.get(card.test.behaviour):
        intent.update(status="processing", processing={"type": "card", "card": {}})
        account.emit("charge.pending", charge, caller)
        account.emit("payment_intent.processing", intent, caller)
        account.call_later(lambda: finish_if_processing(account, intent["id"], outcome))
    else:
        succeed(account, intent, charge, caller)
    return intent


def finish_if_processing(account: Account, intent_id: str, outcome: str) -> None:
    """Complete the payment after the delay, unless it has ended already."""
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
    mark_succeeded(charge)
    intent.update(status="succeeded", amount_received=charge["amount"], processing=None)
    account.emit("charge.succeeded", charge, caller)
    account.emit("payment_intent.succeeded", intent, caller)


def decline(account: Account, intent: StripeObject, charge: StripeObject, caller: Caller) -> StripeErrorBody:
    method = account.objects("payment_method")[charge["payment_method"]]
    error = decline_error(account.cards[method["id"]], charge, method)
    mark_failed(charge, error)
    account.emit("charge.failed", charge, caller)
    require_new_method(account, intent, error, caller)
    return error


def require_new_method(
    account: Account, intent: StripeObject, error: StripeErrorBody, caller: Caller
) -> None:
    """Return the intent to the state in which another card may be tried."""
    intent.update(
        status="requires_payment_method",
        last_payment_error=error.to_dict(),
        next_action=None,
        payment_method=None,
        processing=None,
    )
    account.emit("payment_intent.payment_failed", intent, caller)
