"""The page on which a Checkout Session is paid: plain HTML, since no money moves here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.money import Money
from bookshop.simulator import intents, sessions
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.browser import POLICY
from bookshop.simulator.errors import StripeError
from bookshop.simulator.objects import Object
from bookshop.simulator.params import read_choice

EXPIRY = re.compile(r"\s*([0-9]{1,2})\s*/?\s*([0-9]{2}|[0-9]{4})\s*")


def blueprint(account: Account) -> Blueprint:
    """The addresses under /c/pay that a session's url names."""
    routes = Blueprint("hosted", __name__, url_prefix="/c/pay")

    @routes.get("/<ident>")
    async def show(ident: str) -> ResponseReturnValue:
        session = sessions.find(account, ident)
        if session["status"] != "open":
            return await page(account, session, "hosted/over.html")
        intent = account.all("payment_intent").get(session["payment_intent"])
        if intent and intent["status"] == "requires_action":
            return await page(account, session, "hosted/challenge.html")
        error = (intent or {}).get("last_payment_error") or {}
        return await page(account, session, "hosted/pay.html", message=error.get("message"))

    @routes.post("/<ident>")
    async def pay(ident: str) -> ResponseReturnValue:
        session = sessions.find(account, ident)
        form = await request.form
        if session["status"] != "open":
            return onwards(session)
        try:
            sessions.pay(account, session, form.get("email", "").strip(), card_of(form))
        except StripeError as error:
            shown = await page(
                account, session, "hosted/pay.html", message=str(error), email=form.get("email")
            )
            shown.status_code = error.status
            return shown
        return onwards(session)

    @routes.post("/<ident>/challenge")
    async def challenge(ident: str) -> ResponseReturnValue:
        session = sessions.find(account, ident)
        outcome = read_choice(await request.form, "outcome", ("complete", "fail"))
        if session["status"] == "open":
            # when the card is declined after all, the page says so: the intent remembers why
            with suppress(StripeError):
                said = {"outcome": outcome}
                intents.end_challenge(account, session["payment_intent"] or "", said, Caller(is_browser=True))
        return onwards(session)

    @routes.errorhandler(StripeError)
    async def refuse(error: StripeError) -> ResponseReturnValue:
        return await render_template("hosted/missing.html", message=str(error)), error.status

    @routes.after_request
    async def label(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return routes


async def page(account: Account, session: Object, template: str, **context: Any) -> Response:
    """One of the session's pages."""
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


def onwards(session: Object) -> ResponseReturnValue:
    """To the shop when it is paid, else to what is left to do here."""
    if session["status"] == "complete":
        return redirect(session["success_url"].replace(sessions.PLACEHOLDER, session["id"]), 303)
    return redirect(url_for("hosted.show", ident=session["id"]), 303)


def card_of(form: Mapping[str, str]) -> dict[str, str]:
    """The card that was typed; what cannot be one is left for the card's own rules to refuse."""
    date = EXPIRY.fullmatch(form.get("expiry", ""))
    month, year = date.groups() if date else ("0", "0")
    number = form.get("number", "").replace(" ", "") or "0"
    return {"number": number, "exp_month": month, "exp_year": year, "cvc": form.get("cvc", "")}
