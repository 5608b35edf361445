"""Disputes: a card's owner asks for the money back through their bank."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.balance import reinstate_disputed, withdraw_disputed
from bookshop.simulator.cards import AfterPayment
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.dispute import EVIDENCE, new_dispute
from bookshop.simulator.params import (
    Params,
    check_names,
    check_nested_names,
    read_boolean,
    read_metadata,
    read_object,
    read_text,
)

OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
# evidence texts that decide a dispute in Stripe's test mode
OUTCOMES = {"winning_evidence": "won", "losing_evidence": "lost"}
# for an inquiry, which is only closed unless the text escalates it
INQUIRY_OUTCOMES = {
    "winning_evidence": "won",
    "losing_evidence": "won",
    "escalate_inquiry_evidence": "escalated",
}


def open_dispute(account: Account, charge: StripeObject, after_payment: AfterPayment) -> StripeObject:
    """Open a dispute, which withdraws the money at once, or an inquiry, which does not."""
    dispute = account.add(new_dispute(charge, after_payment, account.clock.now()))
    charge["disputed"] = True
    account.emit("charge.dispute.created", dispute, Caller())
    if after_payment is not AfterPayment.INQUIRY:
        withdraw_funds(account, dispute)
    return dispute


def update(account: Account, dispute_id: str, params: Params, caller: Caller) -> StripeObject:
    """Store evidence, and submit it unless `submit` is false; it may decide the outcome."""
    dispute = find_open(account, dispute_id)
    check_names(params, "evidence", "expand", "metadata", "submit")
    evidence = read_evidence(params)
    dispute["metadata"] = read_metadata(params, dispute["metadata"])
    dispute["evidence"].update(evidence)
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"].values())
    is_submitted = bool(evidence) and read_boolean({"submit": "true", **params}, "submit")
    if is_submitted:
        dispute["evidence_details"]["submission_count"] += 1
        dispute["evidence_details"]["submission_method"] = "manual"
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    account.emit("charge.dispute.updated", dispute, caller)
    if is_submitted:
        follow_evidence(account, dispute, evidence.get("uncategorized_text") or "")
    return dispute


def follow_evidence(account: Account, dispute: StripeObject, text: str) -> None:
    """Decide a dispute, or escalate an inquiry, if the text is one of test mode's."""
    is_inquiry = dispute["status"].startswith("warning_")
    outcome = (INQUIRY_OUTCOMES if is_inquiry else OUTCOMES).get(text)
    if outcome == "escalated":
        dispute["status"] = "needs_response"
        withdraw_funds(account, dispute)
        account.emit("charge.dispute.updated", dispute, Caller())
    elif outcome:
        decide(account, dispute["id"], outcome)


def read_evidence(params: Params) -> dict[str, str | None]:
    evidence = read_object(params, "evidence")
    check_nested_names(evidence, "evidence", *EVIDENCE)
    return {name: read_text(evidence, name) for name in evidence}


def close(account: Account, dispute_id: str, params: Params, caller: Caller) -> StripeObject:
    """Accept a dispute, which loses it."""
    find_open(account, dispute_id)
    check_names(params, "expand")
    return decide(account, dispute_id, "lost", caller)


def decide(account: Account, dispute_id: str, outcome: str, caller: Caller | None = None) -> StripeObject:
    """Decide a dispute, won or lost; a won inquiry is only closed, a lost one costs the money."""
    dispute = find_open(account, dispute_id)
    is_inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if is_inquiry and outcome == "won" else outcome
    if is_inquiry and outcome == "lost":
        withdraw_funds(account, dispute)
    account.emit("charge.dispute.closed", dispute, caller or Caller())
    if not is_inquiry and outcome == "won":
        reinstate_funds(account, dispute)
    return dispute


def withdraw_funds(account: Account, dispute: StripeObject) -> None:
    """Take the money and Stripe's fee from the account's balance."""
    dispute["is_charge_refundable"] = False
    dispute["balance_transactions"].append(withdraw_disputed(account, dispute))
    account.emit("charge.dispute.funds_withdrawn", dispute, Caller())


def reinstate_funds(account: Account, dispute: StripeObject) -> None:
    """Return the money, but not the fee."""
    dispute["balance_transactions"].append(reinstate_disputed(account, dispute))
    account.emit("charge.dispute.funds_reinstated", dispute, Caller())


def find_open(account: Account, dispute_id: str) -> StripeObject:
    dispute = account.find("dispute", dispute_id)
    if dispute["status"] not in OPEN:
        raise invalid_request("This dispute is already closed")
    return dispute
