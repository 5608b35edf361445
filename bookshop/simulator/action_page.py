"""The page of a wallet or bank, on which a shopper authorizes a payment."""

from contextlib import suppress
from functools import partial
from urllib.parse import urlencode

from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue

from bookshop.money import Money
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.browser_files import SECURITY_HEADERS
from bookshop.simulator.errors import StripeError
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.next_actions import end_action
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.params import read_choice
from bookshop.simulator.qr_picture import draw_png, draw_svg

PAGE_HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-store"}


def blueprint(account: Account) -> Blueprint:
    """Mount the addresses that next actions name: the page, and the pictures of a QR code."""
    routes = Blueprint("action", __name__, url_prefix="/authorize")
    path = "/<intent_id>/<nonce>"
    routes.add_url_rule(f"{path}.svg", "svg", show_svg)
    routes.add_url_rule(f"{path}.png", "png", show_png)
    routes.add_url_rule(path, "show", partial(show, account))
    routes.add_url_rule(path, "choose", partial(choose, account), methods=["POST"])
    routes.register_error_handler(StripeError, show_error)
    routes.after_request(add_headers)
    return routes


async def show_svg(intent_id: str, nonce: str) -> Response:
    return Response(draw_svg(intent_id + nonce), content_type="image/svg+xml")


async def show_png(intent_id: str, nonce: str) -> Response:
    return Response(draw_png(intent_id + nonce), content_type="image/png")


async def show(account: Account, intent_id: str, nonce: str) -> ResponseReturnValue:
    intent = find_intent(account, intent_id)
    amount = Money(intent["amount"], intent["currency"].upper())
    is_open = nonce in str(intent["next_action"])
    action = (intent["next_action"] or {}).get("type")
    return await render_template("hosted/authorize.html", amount=amount, is_open=is_open, action=action)


async def choose(account: Account, intent_id: str, nonce: str) -> ResponseReturnValue:
    """End the action, and send the shopper back to the shop if there is a way back."""
    intent = find_intent(account, intent_id)
    outcome = read_choice(await request.form, "outcome", ("complete", "fail"))
    action = intent["next_action"]
    if action is None or nonce not in str(action):
        return redirect(request.path, 303)
    with suppress(StripeError):
        end_action(account, intent_id, {"outcome": outcome}, Caller(is_browser=True))
    return redirect(read_way_back(intent, action) or request.path, 303)


def read_way_back(intent: StripeObject, action: StripeObject) -> str:
    """Return the address to which Stripe sends the shopper back; empty if there is none."""
    return_url = action.get("redirect_to_url", {}).get("return_url")
    if not return_url:
        return ""
    query = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if intent["status"] in ("succeeded", "processing") else "failed",
    }
    return f"{return_url}{'&' if '?' in return_url else '?'}{urlencode(query)}"


async def show_error(error: StripeError) -> ResponseReturnValue:
    return await render_template("hosted/missing.html", message=str(error)), error.status


async def add_headers(response: Response) -> Response:
    response.headers.update(PAGE_HEADERS)
    return response
