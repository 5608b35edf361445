"""Refunds: money that goes back, at once, later, or not at all."""

from bookshop.money import Money
from bookshop.simulator import intents
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Sequel
from bookshop.simulator.errors import invalid
from bookshop.simulator.objects import Object, new_id
from bookshop.simulator.params import (
    Params,
    allow,
    read_choice,
    read_integer,
    read_metadata,
    read_text,
)

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(account: Account, params: Params, caller: Caller) -> Object:
    """Give money back."""
    allow(params, "amount", "charge", "expand", "metadata", "payment_intent", "reason")
    charge = charge_of(account, params)
    left = charge["amount"] - charge["amount_refunded"]
    check_refundable(account, charge, left)
    amount = read_integer(params, "amount") if "amount" in params else left
    if amount > left:
        wanted, held = (Money(each, charge["currency"].upper()) for each in (amount, left))
        raise invalid(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({held})", param="amount"
        )
    reason = read_choice(params, "reason", REASONS) if params.get("reason") else None
    refund = new_refund(charge, amount, reason, account.clock.now())
    refund["metadata"] = read_metadata(params, {})
    account.keep(refund)
    count(account, charge)
    sequel = account.cards[charge["payment_method"]].test.sequel
    if sequel is Sequel.REFUND_PENDS:
        refund.update(status="pending", pending_reason="processing")
        account.later(lambda: settle_late(account, refund, "succeeded"))
    account.tell("refund.created", refund, caller)
    account.tell("charge.refunded", charge, caller)
    if sequel is Sequel.REFUND_FAILS:
        account.later(lambda: settle_late(account, refund, "failed"))
    return refund


def update(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Change the notes on a refund."""
    refund = account.find("refund", ident)
    allow(params, "expand", "metadata")
    refund["metadata"] = read_metadata(params, refund["metadata"])
    tell_of_change(account, refund, caller)
    return refund


def settle(account: Account, ident: str, outcome: str) -> Object:
    """The bank's word on a refund: it took what was pending, or sends the money back."""
    refund = account.find("refund", ident)
    if refund["status"] not in ("pending", "succeeded") or refund["status"] == outcome:
        raise invalid(f"This refund is {refund['status']} already.")
    refund.pop("pending_reason", None)
    refund["status"] = outcome
    if outcome == "failed":
        refund["failure_reason"] = "expired_or_canceled_card"
        refund["failure_balance_transaction"] = new_id("txn_3")
        count(account, account.find("charge", refund["charge"]))
        account.tell("refund.failed", refund, Caller())
    tell_of_change(account, refund, Caller())
    return refund


def settle_late(account: Account, refund: Object, outcome: str) -> None:
    """Time's word, unless somebody has had theirs before or the account was reset."""
    was = "pending" if outcome == "succeeded" else "succeeded"
    if refund["id"] in account.all("refund") and refund["status"] == was:
        settle(account, refund["id"], outcome)


def charge_of(account: Account, params: Params) -> Object:
    """The charge that is meant, by its own id or by its intent's."""
    charge_id, intent_id = read_text(params, "charge"), read_text(params, "payment_intent")
    if bool(charge_id) == bool(intent_id):
        raise invalid("You must provide exactly one of the params `charge` or `payment_intent`.")
    if charge_id:
        charge = account.find("charge", charge_id, "charge")
        intent = intents.find(account, charge["payment_intent"])
    else:
        intent = account.find("payment_intent", str(intent_id), "payment_intent")
        charge = account.all("charge").get(intent["latest_charge"], {})
    if charge.get("status") != "succeeded":
        raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return charge


def check_refundable(account: Account, charge: Object, left: int) -> None:
    """Refuse to give back what is gone already."""
    disputes = [each for each in account.all("dispute").values() if each["charge"] == charge["id"]]
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise invalid(message, "charge_disputed")
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")


def count(account: Account, charge: Object) -> None:
    """Write on the charge what was given back of it."""
    refunds = [each for each in account.all("refund").values() if each["charge"] == charge["id"]]
    amount = sum(each["amount"] for each in refunds if each["status"] != "failed")
    charge.update(amount_refunded=amount, refunded=amount == charge["amount"])


def tell_of_change(account: Account, refund: Object, caller: Caller) -> None:
    """Stripe has two names for one thing."""
    account.tell("refund.updated", refund, caller)
    account.tell("charge.refund.updated", refund, caller)


def new_refund(charge: Object, amount: int, reason: str | None, at: int) -> Object:
    """A refund that went through; Stripe leaves out what it has no reason to say."""
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn_3"),
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "destination_details": {"card": card, "type": "card"},
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
