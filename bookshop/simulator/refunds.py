"""Refunds: money that goes back at once, later, or not at all."""

from bookshop.money import Money
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.balance import move_refund, return_refund
from bookshop.simulator.cards import AfterPayment
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.refund import new_refund
from bookshop.simulator.params import (
    Params,
    check_names,
    read_choice,
    read_integer,
    read_metadata,
    read_text,
)

LATE_OUTCOMES = {AfterPayment.PENDING_REFUND: "succeeded", AfterPayment.FAILING_REFUND: "failed"}
STRIPE_REFUND_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(account: Account, params: Params, caller: Caller) -> StripeObject:
    """Refund a charge; the card decides whether the refund is pending or fails later."""
    check_names(params, "amount", "charge", "expand", "metadata", "payment_intent", "reason")
    charge = find_charge(account, params)
    refund = account.add(read_refund(account, charge, params))
    refund["balance_transaction"] = move_refund(account, refund)
    update_refunded(account, charge)
    after_payment = account.test_card(charge["payment_method"]).after_payment
    if after_payment is AfterPayment.PENDING_REFUND:
        refund.update(status="pending", pending_reason="processing")
    account.emit("refund.created", refund, caller)
    account.emit("charge.refunded", charge, caller)
    finish_later(account, refund)
    return refund


def read_refund(account: Account, charge: StripeObject, params: Params) -> StripeObject:
    amount = read_refund_amount(account, charge, params)
    reason = read_choice(params, "reason", STRIPE_REFUND_REASONS) if params.get("reason") else None
    refund = new_refund(charge, amount, reason, account.clock.now())
    refund["metadata"] = read_metadata(params, {})
    return refund


def finish_later(account: Account, refund: StripeObject) -> None:
    """End a refund after the delay, if its card has the bank decide later."""
    outcome = LATE_OUTCOMES.get(account.test_card(refund["payment_method"]).after_payment)
    if outcome:
        account.call_later(lambda: finish_if_unchanged(account, refund, outcome))


def find_charge(account: Account, params: Params) -> StripeObject:
    """Return the successful charge that the request names, by its id or by its intent's."""
    charge_id, intent_id = read_text(params, "charge"), read_text(params, "payment_intent")
    if bool(charge_id) == bool(intent_id):
        raise invalid_request("You must provide exactly one of the params `charge` or `payment_intent`.")
    if charge_id:
        charge = account.find("charge", charge_id, "charge")
        intent = find_intent(account, charge["payment_intent"])
    else:
        intent = account.find("payment_intent", str(intent_id), "payment_intent")
        charge = account.objects("charge").get(intent["latest_charge"], {})
    if charge.get("status") != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise invalid_request(message)
    return charge


def read_refund_amount(account: Account, charge: StripeObject, params: Params) -> int:
    """Read the amount, by default all that is left; raises StripeError if it is too much."""
    unrefunded = charge["amount_captured"] - charge["amount_refunded"]
    check_refundable(account, charge, unrefunded)
    amount = read_integer(params, "amount") if "amount" in params else unrefunded
    if amount > unrefunded:
        asked, most = (Money(minor, charge["currency"].upper()) for minor in (amount, unrefunded))
        raise invalid_request(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({most})", param="amount"
        )
    return amount


def check_refundable(account: Account, charge: StripeObject, unrefunded: int) -> None:
    """Refuse a charge that is disputed or already refunded."""
    disputes = [one for one in account.objects("dispute").values() if one["charge"] == charge["id"]]
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise invalid_request(message, "charge_disputed")
    if unrefunded == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise invalid_request(message, "charge_already_refunded")


def update_refunded(account: Account, charge: StripeObject) -> None:
    """Write the sum of its refunds on the charge."""
    refunds = [one for one in account.objects("refund").values() if one["charge"] == charge["id"]]
    amount = sum(one["amount"] for one in refunds if one["status"] != "failed")
    charge.update(amount_refunded=amount, refunded=amount == charge["amount_captured"])


def update(account: Account, refund_id: str, params: Params, caller: Caller) -> StripeObject:
    """Change the metadata of a refund."""
    refund = account.find("refund", refund_id)
    check_names(params, "expand", "metadata")
    refund["metadata"] = read_metadata(params, refund["metadata"])
    emit_update(account, refund, caller)
    return refund


def finish_if_unchanged(account: Account, refund: StripeObject, outcome: str) -> None:
    """Finish a refund after the delay, unless it has ended already or the account was reset."""
    status = "pending" if outcome == "succeeded" else "succeeded"
    if refund["id"] in account.objects("refund") and refund["status"] == status:
        finish(account, refund["id"], outcome)


def finish(account: Account, refund_id: str, outcome: str) -> StripeObject:
    """End a refund: `outcome` is succeeded, or failed, which returns the money to the account."""
    refund = account.find("refund", refund_id)
    if refund["status"] not in ("pending", "succeeded") or refund["status"] == outcome:
        raise invalid_request(f"This refund is {refund['status']} already.")
    refund.pop("pending_reason", None)
    refund["status"] = outcome
    if outcome == "failed":
        refund["failure_reason"] = "expired_or_canceled_card"
        refund["failure_balance_transaction"] = return_refund(account, refund)
        update_refunded(account, account.find("charge", refund["charge"]))
        account.emit("refund.failed", refund, Caller())
    emit_update(account, refund, Caller())
    return refund


def emit_update(account: Account, refund: StripeObject, caller: Caller) -> None:
    """Emit both of the events that Stripe has for this."""
    account.emit("refund.updated", refund, caller)
    account.emit("charge.refund.updated", refund, caller)
