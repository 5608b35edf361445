"""Find the charge that paid, by any id of its payment."""

from bookshop.simulator.account import Account
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.objects.base import StripeObject


def find_paid_charge(account: Account, payment_id: str) -> StripeObject:
    """Return the successful charge of an intent, session or charge; raises StripeError."""
    if payment_id.startswith("ch_"):
        charge = account.find("charge", payment_id, "charge")
    else:
        if payment_id.startswith("cs_"):
            payment_id = account.find("checkout.session", payment_id)["payment_intent"] or payment_id
        charge = account.objects("charge").get(find_intent(account, payment_id)["latest_charge"], {})
    if charge.get("status") != "succeeded":
        raise invalid_request(f"There is no successful charge to refund for {payment_id}.")
    return charge
