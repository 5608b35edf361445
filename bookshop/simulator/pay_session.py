"""Pay a Checkout Session on its page, and complete it when its payment succeeds."""

from datetime import UTC, datetime

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.confirm_intent import confirm
from bookshop.simulator.entered_card import read_card
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.checkout_session import customer_details
from bookshop.simulator.params import Params
from bookshop.simulator.sessions import new_session_intent

PAYMENT_STATUSES = {
    "payment_intent.succeeded": "paid",
    "payment_intent.processing": "unpaid",
    "payment_intent.payment_failed": "unpaid",
}


def pay(account: Account, session: StripeObject, email: str, method: Params, caller: Caller) -> StripeObject:
    """Create the session's intent if it has none, and confirm it; raises StripeError."""
    if "@" not in email:
        raise invalid_request("Your email address is invalid.", "email_invalid", "email")
    if method["type"] == "card":
        today = datetime.fromtimestamp(account.clock.now(), UTC)
        read_card(method["card"], today.year, today.month)
    if not session["payment_intent"]:
        create_intent(account, session)
    session["customer_details"] = customer_details(email)
    params = {
        "payment_method_data": {**method, "billing_details": {"email": email}},
        "return_url": f"{session['url']}/return",
    }
    return confirm(account, session["payment_intent"], params, caller)


def create_intent(account: Account, session: StripeObject) -> None:
    intent = new_session_intent(session["amount_total"], session["currency"], account.clock.now())
    intent.update(account.intent_details[session["id"]])
    account.add(intent)
    session["payment_intent"] = intent["id"]
    account.emit("payment_intent.created", intent, Caller())


def react_to_event(account: Account, kind: str, subject: StripeObject) -> None:
    """Complete the session whose intent was paid, whichever page confirmed it."""
    if kind not in PAYMENT_STATUSES:
        return
    sessions = account.objects("checkout.session").values()
    for session in [one for one in sessions if one["payment_intent"] == subject["id"]]:
        if session["status"] == "open" and kind == "payment_intent.payment_failed":
            # another payment method may be tried
            continue
        complete(account, session, PAYMENT_STATUSES[kind])


def complete(account: Account, session: StripeObject, payment_status: str) -> None:
    was_open = session["status"] == "open"
    session.update(status="complete", payment_status=payment_status, url=None)
    if was_open:
        account.emit("checkout.session.completed", session, Caller())
    else:
        outcome = "succeeded" if payment_status == "paid" else "failed"
        account.emit(f"checkout.session.async_payment_{outcome}", session, Caller())
