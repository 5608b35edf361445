"""Early fraud warnings, which a card's bank sends after a payment."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.fraud_warning import new_fraud_warning


def warn(account: Account, charge: StripeObject) -> StripeObject:
    warning = account.add(new_fraud_warning(charge, account.clock.now()))
    account.emit("radar.early_fraud_warning.created", warning, Caller())
    return warning


def resolve_warnings(account: Account, charge: StripeObject) -> None:
    """Mark the warnings of a refunded charge as needing no action."""
    for warning in account.objects("radar.early_fraud_warning").values():
        if warning["charge"] == charge["id"]:
            warning["actionable"] = False
            account.emit("radar.early_fraud_warning.updated", warning, Caller())
