"""The page on which a Checkout Session is paid: plain HTML, since no money moves here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.money import Money
from bookshop.simulator import pay_session
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.action_page import PAGE_HEADERS
from bookshop.simulator.errors import StripeError
from bookshop.simulator.method_kinds import KIND_NAMES
from bookshop.simulator.next_actions import end_action
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.params import read_choice
from bookshop.simulator.sessions import find_session

EXPIRY = re.compile(r"\s*([0-9]{1,2})\s*/?\s*([0-9]{2}|[0-9]{4})\s*")
SESSION_ID_PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
# the page of each action that a payment method asks for; a redirect is followed at once
ACTION_PAGES = {
    "paynow_display_qr_code": "hosted/qr_code.html",
    "use_stripe_sdk": "hosted/challenge.html",
}


def blueprint(account: Account) -> Blueprint:
    """Mount the pages that a session's url names."""
    routes = Blueprint("hosted", __name__, url_prefix="/c/pay")
    routes.add_url_rule("/<session_id>", "show", partial(show, account))
    routes.add_url_rule("/<session_id>", "pay", partial(pay, account), methods=["POST"])
    routes.add_url_rule("/<session_id>/return", "come_back", partial(come_back, account))
    routes.add_url_rule("/<session_id>/challenge", "challenge", partial(challenge, account), methods=["POST"])
    routes.register_error_handler(StripeError, show_error)
    routes.after_request(add_headers)
    return routes


async def show(account: Account, session_id: str) -> ResponseReturnValue:
    session = find_session(account, session_id)
    if session["status"] != "open":
        return await render_page(account, session, "hosted/ended.html")
    intent = account.objects("payment_intent").get(session["payment_intent"], {})
    action = intent.get("next_action") or {}
    if template := ACTION_PAGES.get(action.get("type", "")):
        return await render_page(account, session, template, action=action)
    error = intent.get("last_payment_error") or {}
    return await render_page(account, session, "hosted/pay.html", message=error.get("message"))


async def pay(account: Account, session_id: str) -> ResponseReturnValue:
    session = find_session(account, session_id)
    form = await request.form
    if session["status"] != "open":
        return redirect_onward(session)
    caller = Caller(is_browser=True, origin=request.host_url)
    try:
        intent = pay_session.pay(account, session, form.get("email", "").strip(), read_method(form), caller)
    except StripeError as error:
        page = await render_page(
            account, session, "hosted/pay.html", message=str(error), email=form.get("email")
        )
        page.status_code = error.status
        return page
    action = intent["next_action"] or {}
    if action.get("type") == "redirect_to_url":
        return redirect(action["redirect_to_url"]["url"], 303)
    return redirect_onward(session)


async def come_back(account: Account, session_id: str) -> ResponseReturnValue:
    """Receive a shopper whom another page sends back."""
    return redirect_onward(find_session(account, session_id))


async def challenge(account: Account, session_id: str) -> ResponseReturnValue:
    session = find_session(account, session_id)
    outcome = read_choice(await request.form, "outcome", ("complete", "fail"))
    if session["status"] == "open":
        # a decline is stored in the intent, and the page that follows shows it
        with suppress(StripeError):
            params = {"outcome": outcome}
            end_action(account, session["payment_intent"] or "", params, Caller(is_browser=True))
    return redirect_onward(session)


async def show_error(error: StripeError) -> ResponseReturnValue:
    return await render_template("hosted/missing.html", message=str(error)), error.status


async def add_headers(response: Response) -> Response:
    response.headers.update(PAGE_HEADERS)
    return response


async def render_page(account: Account, session: StripeObject, template: str, **context: Any) -> Response:
    currency = session["currency"].upper()
    lines = [
        (item["description"], item["quantity"], Money(item["amount_total"], currency))
        for item in account.line_items[session["id"]]
    ]
    email = context.pop("email", None) or session["customer_email"] or ""
    total = Money(session["amount_total"], currency)
    html = await render_template(
        template, session=session, lines=lines, total=total, email=email, **{"message": None, **context}
    )
    return Response(html)


def redirect_onward(session: StripeObject) -> ResponseReturnValue:
    """Redirect to the shop if the session is complete, else to its page."""
    if session["status"] == "complete":
        return redirect(session["success_url"].replace(SESSION_ID_PLACEHOLDER, session["id"]), 303)
    return redirect(url_for("hosted.show", session_id=session["id"]), 303)


def read_method(form: Mapping[str, str]) -> dict[str, Any]:
    """Read the chosen payment method, a card unless another was chosen."""
    kind = read_choice({"method": "card", **form}, "method", KIND_NAMES)
    return {"type": kind, "card": read_card_fields(form)} if kind == "card" else {"type": kind}


def read_card_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Read the card that was typed; an invalid value stays invalid, for read_card to refuse."""
    date = EXPIRY.fullmatch(form.get("expiry", ""))
    month, year = date.groups() if date else ("0", "0")
    number = form.get("number", "").replace(" ", "") or "0"
    return {"number": number, "exp_month": month, "exp_year": year, "cvc": form.get("cvc", "")}
