"""Disputes and warnings: what a card's owner says to their bank after the payment."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Sequel
from bookshop.simulator.errors import invalid
from bookshop.simulator.objects import Object, new_id
from bookshop.simulator.params import (
    Params,
    allow,
    allow_inside,
    is_true,
    read_metadata,
    read_object,
    read_text,
)

DAY_SECONDS = 24 * 60 * 60
FEE = 1500
REASONS = {
    Sequel.FRAUD_DISPUTE: "fraudulent",
    Sequel.NOT_RECEIVED_DISPUTE: "product_not_received",
    Sequel.INQUIRY: "general",
}
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def follow(account: Account, kind: str, subject: Object) -> None:
    """Some cards' owners go to their bank once they have paid; a refund settles a warning."""
    if kind == "payment_intent.succeeded":
        charge = account.find("charge", subject["latest_charge"])
        sequel = account.cards[charge["payment_method"]].test.sequel
        if sequel in REASONS:
            open_dispute(account, charge, sequel)
        elif sequel is Sequel.FRAUD_WARNING:
            warn(account, charge)
    elif kind == "charge.refunded" and subject["refunded"]:
        for warning in account.all("radar.early_fraud_warning").values():
            if warning["charge"] == subject["id"]:
                warning["actionable"] = False
                account.tell("radar.early_fraud_warning.updated", warning, Caller())


def open_dispute(account: Account, charge: Object, sequel: Sequel) -> None:
    """The bank asks, or takes the money back first."""
    dispute = account.keep(new_dispute(charge, sequel, account.clock.now()))
    charge["disputed"] = True
    account.tell("charge.dispute.created", dispute, Caller())
    if sequel is not Sequel.INQUIRY:
        withdraw(account, dispute)


def update(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Answer the bank; two words of Stripe's decide how a test ends."""
    dispute = find_open(account, ident)
    allow(params, "evidence", "expand", "metadata", "submit")
    evidence = read_object(params, "evidence")
    allow_inside(evidence, "evidence", *EVIDENCE)
    said = {name: read_text(evidence, name) for name in evidence}
    dispute["metadata"] = read_metadata(params, dispute["metadata"])
    dispute["evidence"].update(said)
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"].values())
    is_sent = bool(evidence) and is_true({"submit": "true", **params}, "submit")
    if is_sent:
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    account.tell("charge.dispute.updated", dispute, caller)
    if is_sent and said.get("uncategorized_text") in ("winning_evidence", "losing_evidence"):
        settle(account, ident, "won" if said["uncategorized_text"] == "winning_evidence" else "lost")
    return dispute


def close(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Give in."""
    find_open(account, ident)
    allow(params, "expand")
    return settle(account, ident, "lost", caller)


def settle(account: Account, ident: str, outcome: str, caller: Caller | None = None) -> Object:
    """The bank's last word; an inquiry that is won is only closed, one that is lost costs the money."""
    dispute = find_open(account, ident)
    who = caller or Caller()
    is_inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if is_inquiry and outcome == "won" else outcome
    if is_inquiry and outcome == "lost":
        withdraw(account, dispute)
    account.tell("charge.dispute.closed", dispute, who)
    if not is_inquiry and outcome == "won":
        dispute["balance_transactions"].append(new_move(dispute, dispute["amount"], 0, account.clock.now()))
        account.tell("charge.dispute.funds_reinstated", dispute, Caller())
    return dispute


def withdraw(account: Account, dispute: Object) -> None:
    """The bank takes the money, and Stripe its fee."""
    dispute["is_charge_refundable"] = False
    dispute["balance_transactions"].append(new_move(dispute, -dispute["amount"], FEE, account.clock.now()))
    account.tell("charge.dispute.funds_withdrawn", dispute, Caller())


def warn(account: Account, charge: Object) -> None:
    """The card's bank takes the payment for fraud, and says so before anybody disputes it."""
    warning = {
        "id": new_id("issfr_1"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": account.clock.now(),
        "fraud_type": "misc",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    account.keep(warning)
    account.tell("radar.early_fraud_warning.created", warning, Caller())


def find_open(account: Account, ident: str) -> Object:
    """A dispute on which the last word is not said."""
    dispute = account.find("dispute", ident)
    if dispute["status"] not in OPEN:
        raise invalid("This dispute is already closed")
    return dispute


def new_dispute(charge: Object, sequel: Sequel, at: int) -> Object:
    """A dispute that waits for an answer."""
    reason = REASONS[sequel]
    is_inquiry = sequel is Sequel.INQUIRY
    code = NETWORK_CODES.get(reason)
    card = {
        "brand": charge["payment_method_details"]["card"]["brand"],
        "case_type": "inquiry" if is_inquiry else "chargeback",
        "network": charge["payment_method_details"]["card"]["network"],
        "network_reason_code": code,
    }
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": at + 9 * DAY_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": card, "type": "card"},
        "reason": reason,
        "status": "warning_needs_response" if is_inquiry else "needs_response",
    }


def new_move(dispute: Object, amount: int, fee: int, at: int) -> Object:
    """Money that leaves the account's balance for a dispute, or comes back to it."""
    details = {"amount": fee, "application": None, "currency": dispute["currency"]}
    return {
        "id": new_id("txn_1"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at,
        "created": at,
        "currency": dispute["currency"],
        "description": f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}",
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**details, "description": "Dispute fee", "type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": dispute["id"],
        "status": "pending",
        "type": "adjustment",
    }
