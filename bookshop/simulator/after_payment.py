"""What the banks of some test cards do after a payment or a refund."""

from bookshop.simulator.account import Account
from bookshop.simulator.cards import AfterPayment
from bookshop.simulator.disputes import open_dispute
from bookshop.simulator.fraud_warnings import resolve_warnings, warn
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.dispute import DISPUTE_REASONS


def react_to_event(account: Account, kind: str, subject: StripeObject) -> None:
    """Dispute or warn of a payment, as its card does; a full refund resolves a warning."""
    if kind == "payment_intent.succeeded":
        charge = account.find("charge", subject["latest_charge"])
        after_payment = account.test_card(charge["payment_method"]).after_payment
        if after_payment in DISPUTE_REASONS:
            open_dispute(account, charge, after_payment)
        elif after_payment is AfterPayment.TWO_DISPUTES:
            open_dispute(account, charge, AfterPayment.NOT_RECEIVED_DISPUTE)
            open_dispute(account, charge, AfterPayment.FRAUD_DISPUTE)
        elif after_payment is AfterPayment.FRAUD_WARNING:
            warn(account, charge)
    elif kind == "charge.refunded" and subject["refunded"]:
        resolve_warnings(account, subject)
