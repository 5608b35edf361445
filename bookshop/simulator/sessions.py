"""Checkout Sessions: create, read and expire."""

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.intent_details import change_details
from bookshop.simulator.intents import cancel
from bookshop.simulator.line_items import list_line_items, read_line_items
from bookshop.simulator.method_kinds import set_method_types
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.checkout_session import new_session
from bookshop.simulator.objects.payment_intent import new_intent
from bookshop.simulator.pagination import list_objects
from bookshop.simulator.params import (
    Params,
    check_names,
    check_nested_names,
    read_choice,
    read_integer,
    read_metadata,
    read_object,
    read_text,
    require,
)
from bookshop.simulator.payment_params import read_email

MIN_EXPIRY_SECONDS = 30 * 60
MAX_EXPIRY_SECONDS = 24 * 60 * 60
SESSION_PARAMS = (
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "metadata",
    "mode",
    "payment_intent_data",
    "success_url",
)
INTENT_DETAILS = ("description", "metadata", "receipt_email", "shipping", "statement_descriptor_suffix")


def create(account: Account, params: Params, caller: Caller) -> StripeObject:
    """Create a session, whose page is part of the simulator."""
    check_names(params, *SESSION_PARAMS)
    read_choice(params, "mode", ("payment",))
    require(params, "success_url")
    created = account.clock.now()
    items = read_line_items(params, created)
    total = sum(item["amount_total"] for item in items)
    intent = new_session_intent(total, items[0]["currency"], created)
    session = new_session(caller.origin, read_expiry(params, created), intent)
    session.update(
        cancel_url=read_text(params, "cancel_url"),
        client_reference_id=read_text(params, "client_reference_id"),
        customer_email=read_email(params, "customer_email"),
        metadata=read_metadata(params, {}),
        success_url=read_text(params, "success_url"),
    )
    # read now, so that a mistake is refused now; the intent is created when the shopper pays
    account.intent_details[session["id"]] = read_intent_details(params)
    account.line_items[session["id"]] = items
    return account.add(session)


def new_session_intent(amount: int, currency: str, created: int) -> StripeObject:
    """Return the intent that a session will create."""
    intent = new_intent(amount, currency, created)
    set_method_types(intent)
    return intent


def read_expiry(params: Params, created: int) -> int:
    """Read the second at which the session expires."""
    if "expires_at" not in params:
        return created + MAX_EXPIRY_SECONDS
    expires_at = read_integer(params, "expires_at")
    if expires_at < created + MIN_EXPIRY_SECONDS:
        raise invalid_request(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if expires_at > created + MAX_EXPIRY_SECONDS:
        raise invalid_request(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


def read_intent_details(params: Params) -> StripeObject:
    """Read the details of the intent that the session will create."""
    data = read_object(params, "payment_intent_data")
    check_nested_names(data, "payment_intent_data", *INTENT_DETAILS)
    details: StripeObject = {"metadata": {}}
    change_details(details, data)
    return details


def show(account: Account, session_id: str, _params: Params, _caller: Caller) -> StripeObject:
    return find_session(account, session_id)


def list_sessions(account: Account, params: Params, _caller: Caller) -> StripeObject:
    expire_due(account)
    return list_objects(account, "checkout.session", "/v1/checkout/sessions", params, "payment_intent")


def list_items(account: Account, session_id: str, params: Params, _caller: Caller) -> StripeObject:
    find_session(account, session_id)
    return list_line_items(account, session_id, params)


def expire(account: Account, session_id: str, params: Params, caller: Caller) -> StripeObject:
    """Expire an open session, as its seller asks."""
    session = find_session(account, session_id)
    check_names(params, "expand")
    if session["status"] != "open":
        raise invalid_request(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of `{session['status']}`."
        )
    mark_expired(account, session, caller)
    return session


def expire_due(account: Account) -> None:
    """Expire every session whose time is over."""
    for session_id in account.objects("checkout.session"):
        find_session(account, session_id)


def find_session(account: Account, session_id: str) -> StripeObject:
    """Return a session, expired first if its time is over; raises StripeError."""
    session = account.find("checkout.session", session_id, "session")
    if session["status"] == "open" and account.clock.now() >= session["expires_at"]:
        mark_expired(account, session, Caller())
    return session


def mark_expired(account: Account, session: StripeObject, caller: Caller) -> None:
    """Close the page, and cancel the intent that it created."""
    session.update(status="expired", url=None)
    if session["payment_intent"]:
        cancel(account, session["payment_intent"], {}, caller)
    account.emit("checkout.session.expired", session, caller)
