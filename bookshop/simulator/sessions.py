"""Checkout Sessions: a page of Stripe's own on which somebody pays for a list of things."""

from datetime import UTC, datetime

from bookshop.simulator import intents
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import read_card
from bookshop.simulator.errors import invalid
from bookshop.simulator.line_items import read_items
from bookshop.simulator.objects import Object, new_id, new_intent
from bookshop.simulator.params import (
    Params,
    allow,
    allow_inside,
    read_choice,
    read_email,
    read_integer,
    read_metadata,
    read_object,
    read_text,
    require,
)

MINUTE_SECONDS = 60
SHORTEST_SECONDS = 30 * MINUTE_SECONDS
LONGEST_SECONDS = 24 * 60 * MINUTE_SECONDS
INTENT_DETAILS = ("description", "metadata", "receipt_email", "shipping", "statement_descriptor_suffix")
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def create(account: Account, params: Params, caller: Caller) -> Object:
    """Offer some things for sale on a page of the simulator's."""
    allow(
        params,
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
    read_choice(params, "mode", ("payment",))
    require(params, "success_url")
    items = read_items(params)
    at = account.clock.now()
    session = new_session(
        caller.origin, at, items[0]["currency"], sum(item["amount_total"] for item in items)
    )
    session.update(
        cancel_url=read_text(params, "cancel_url"),
        client_reference_id=read_text(params, "client_reference_id"),
        customer_email=read_email(params, "customer_email"),
        expires_at=read_expiry(params, at),
        metadata=read_metadata(params, {}),
        success_url=read_text(params, "success_url"),
    )
    # read now, so that a mistake is refused now; kept for the intent that the shopper will make
    account.intent_details[session["id"]] = read_intent_data(params)
    account.line_items[session["id"]] = items
    return account.keep(session)


def show(account: Account, ident: str, _params: Params, _caller: Caller) -> Object:
    """A session as it stands at this second."""
    return find(account, ident)


def list_all(account: Account, params: Params, _caller: Caller) -> Object:
    """Sessions, the newest first, of all payments or of one."""
    end_those_over(account)
    return account.page("checkout.session", "/v1/checkout/sessions", params, "payment_intent")


def list_items(account: Account, ident: str, params: Params, _caller: Caller) -> Object:
    """What a session sells."""
    find(account, ident)
    return account.items_of(ident, params)


def expire(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Take the page away."""
    session = find(account, ident)
    allow(params, "expand")
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of `{session['status']}`."
        )
    end(account, session, caller)
    return session


def find(account: Account, ident: str) -> Object:
    """A session, which has ended if its time is over."""
    session = account.find("checkout.session", ident, "session")
    if session["status"] == "open" and account.clock.now() >= session["expires_at"]:
        end(account, session, Caller())
    return session


def end_those_over(account: Account) -> None:
    """End every session whose time is over."""
    for ident in account.all("checkout.session"):
        find(account, ident)


def end(account: Account, session: Object, caller: Caller) -> None:
    """Nobody can pay any more: neither on the page nor by the intent that it made."""
    session.update(status="expired", url=None)
    if session["payment_intent"]:
        intents.cancel(account, session["payment_intent"], {}, caller)
    account.tell("checkout.session.expired", session, caller)


def cancel_intent(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Cancel a payment, unless it is a page's: then the page is to be taken away."""
    sessions = account.all("checkout.session").values()
    if any(each["payment_intent"] == ident and each["status"] == "open" for each in sessions):
        raise invalid(
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the "
            "Checkout Session instead."
        )
    return intents.cancel(account, ident, params, caller)


def pay(account: Account, session: Object, email: str, card: Params) -> Object:
    """The shopper confirms: now the intent is made, or tried again with another card."""
    if "@" not in email:
        raise invalid("Your email address is invalid.", "email_invalid", "email")
    today = datetime.fromtimestamp(account.clock.now(), UTC)
    read_card(card, today.year, today.month)
    if not session["payment_intent"]:
        intent = new_intent(session["amount_total"], session["currency"], account.clock.now())
        intent.update(account.intent_details[session["id"]])
        account.keep(intent)
        session["payment_intent"] = intent["id"]
        account.tell("payment_intent.created", intent, Caller())
    session["customer_details"] = {
        "address": None,
        "email": email,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    method = {"type": "card", "card": card, "billing_details": {"email": email}}
    params = {"payment_method_data": method}
    return intents.confirm(account, session["payment_intent"], params, Caller(is_browser=True))


def follow(account: Account, kind: str, subject: Object) -> None:
    """A session's payment completes it, wherever it was confirmed."""
    outcomes = {
        "payment_intent.succeeded": "paid",
        "payment_intent.processing": "unpaid",
        "payment_intent.payment_failed": "unpaid",
    }
    if kind not in outcomes:
        return
    sessions = account.all("checkout.session").values()
    for session in [each for each in sessions if each["payment_intent"] == subject["id"]]:
        was_open = session["status"] == "open"
        if was_open and kind == "payment_intent.payment_failed":
            continue
        session.update(status="complete", payment_status=outcomes[kind], url=None)
        if was_open:
            account.tell("checkout.session.completed", session, Caller())
        else:
            ending = "succeeded" if session["payment_status"] == "paid" else "failed"
            account.tell(f"checkout.session.async_payment_{ending}", session, Caller())


def read_expiry(params: Params, at: int) -> int:
    """When the session ends by itself."""
    if "expires_at" not in params:
        return at + LONGEST_SECONDS
    expires_at = read_integer(params, "expires_at")
    if expires_at < at + SHORTEST_SECONDS:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if expires_at > at + LONGEST_SECONDS:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


def read_intent_data(params: Params) -> Object:
    """What the intent will carry."""
    said = read_object(params, "payment_intent_data")
    allow_inside(said, "payment_intent_data", *INTENT_DETAILS)
    details: Object = {"metadata": {}}
    intents.change_details(details, said)
    return details


def new_session(origin: str, at: int, currency: str, amount: int) -> Object:
    """A page that nobody has paid on."""
    ident = new_id("cs_test_", 58)
    return {
        "id": ident,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": None,
        "client_reference_id": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": at,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "discounts": [],
        "expires_at": at + LONGEST_SECONDS,
        "invoice": None,
        "livemode": False,
        "locale": None,
        "metadata": {},
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{origin.rstrip('/')}/c/pay/{ident}",
    }
