"""Stripe's API over HTTP: keys, forms, idempotency, and what each key may see."""

import hmac
import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from quart import Blueprint, Response, g, request

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.errors import INVALID_REQUEST, Problem, StripeError, invalid, unauthorised
from bookshop.simulator.forms import parse_form
from bookshop.simulator.idempotency import Answer
from bookshop.simulator.objects import Object, browser_view, new_id
from bookshop.simulator.params import Params, read_list, read_text

Rule: TypeAlias = Callable[[Params, Caller], Object]

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Expose-Headers": "Idempotent-Replayed, Request-Id",
}


def blueprint(account: Account) -> Blueprint:
    """The account's addresses under /v1."""
    routes = Blueprint("api", __name__, url_prefix="/v1")

    @routes.before_request
    async def note() -> None:
        g.request_id = new_id("req_", 14)
        if request.method != "OPTIONS":
            by = "server" if "Authorization" in request.headers else "browser"
            account.requests.append({"method": request.method, "path": request.path, "by": by})

    @routes.after_request
    async def label(response: Response) -> Response:
        response.headers.update({**CORS, "Cache-Control": "no-store", "Request-Id": g.request_id})
        return response

    @routes.post("/payment_intents")
    async def create() -> Response:
        return await answer(account, account.create_intent)

    @routes.get("/payment_intents")
    async def list_intents() -> Response:
        return await answer(account, lambda params, _: account.list_intents(params))

    @routes.get("/payment_intents/<ident>")
    async def retrieve(ident: str) -> Response:
        return await answer(account, lambda *_: account.find_intent(ident), intent_id=ident)

    @routes.post("/payment_intents/<ident>")
    async def update(ident: str) -> Response:
        return await answer(account, lambda params, _: account.update_intent(ident, params))

    @routes.post("/payment_intents/<ident>/confirm")
    async def confirm(ident: str) -> Response:
        return await answer(
            account, lambda params, caller: account.confirm_intent(ident, params, caller), intent_id=ident
        )

    @routes.post("/payment_intents/<ident>/challenge")
    async def challenge(ident: str) -> Response:
        return await answer(
            account, lambda params, caller: account.end_challenge(ident, params, caller), intent_id=ident
        )

    @routes.post("/payment_intents/<ident>/cancel")
    async def cancel(ident: str) -> Response:
        return await answer(account, lambda params, caller: account.cancel_intent(ident, params, caller))

    @routes.get("/charges")
    async def list_charges() -> Response:
        return await answer(account, lambda params, _: account.list_charges(params))

    @routes.get("/charges/<ident>")
    async def find_charge(ident: str) -> Response:
        return await answer(account, lambda *_: account.find_charge(ident))

    @routes.get("/events")
    async def list_events() -> Response:
        return await answer(account, lambda params, _: account.list_events(params))

    @routes.get("/events/<ident>")
    async def find_event(ident: str) -> Response:
        return await answer(account, lambda *_: account.find_event(ident))

    @routes.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    async def unknown(path: str) -> Response:
        def refuse(*_: object) -> Object:
            message = f"Unrecognized request URL ({request.method}: /v1/{path})."
            raise StripeError(404, Problem(type=INVALID_REQUEST, message=message))

        return await answer(account, refuse)

    return routes


async def answer(account: Account, rule: Rule, intent_id: str | None = None) -> Response:
    """Answer a request by a rule; a browser may only ask about an intent whose secret it holds."""
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    is_browser = False
    try:
        # the key is taken before the body is there: two requests may well overlap
        with account.answers.reserve(key):
            body = (await request.body).decode(errors="replace")
            params = read_params(body)
            is_browser = authorise(account, params, intent_id)
            asked = f"{request.method} {request.path}\n{body}"
            if known := account.answers.find(key, asked):
                return respond(known, {"Idempotent-Replayed": "true"})
            given = carry_out(account, rule, params, Caller(g.request_id, key, is_browser))
            account.answers.keep(key, asked, given)
            return respond(given)
    except StripeError as error:
        return respond(Answer(error.status, write(describe(error, is_browser=is_browser))))


def carry_out(account: Account, rule: Rule, params: Params, caller: Caller) -> Answer:
    """Do what is asked; a card that is declined is an answer as well."""
    spoken = {name: value for name, value in params.items() if name not in ("client_secret", "key")}
    try:
        subject = rule(spoken, caller)
    except StripeError as error:
        return Answer(error.status, write(describe(error, is_browser=caller.is_browser)))
    if caller.is_browser:
        return Answer(200, write(browser_view(subject)))
    return Answer(200, write(account.expand(subject, read_list(params, "expand"))))


def read_params(body: str) -> dict[str, Any]:
    """What was sent: the form of a POST, or the query of anything else."""
    if request.method == "POST":
        return parse_form(parse_qsl(body, keep_blank_values=True))
    return parse_form(request.args.items(multi=True))


def authorise(account: Account, params: Params, intent_id: str | None) -> bool:
    """Whether the key is a browser's; refuses a key that does not open what is asked for."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    key = bearer if scheme == "Bearer" else read_text(params, "key")
    if not key:
        raise unauthorised("You did not provide an API key.")
    if key[2:].startswith("_live_"):
        raise unauthorised("This is the simulator: it serves no live key.")
    if scheme == "Bearer" and key.startswith("sk_test_"):
        return False
    if not key.startswith("pk_test_"):
        raise unauthorised("Invalid API Key provided.")
    if intent_id is None:
        raise unauthorised(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            "secret_key_required",
        )
    secret = read_text(params, "client_secret") or ""
    if not hmac.compare_digest(secret.encode(), account.find_intent(intent_id)["client_secret"].encode()):
        raise invalid(
            "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
            "payment_intent_invalid_parameter",
            "client_secret",
        )
    return True


def describe(error: StripeError, *, is_browser: bool) -> Object:
    """The body of an error, with its intent as far as the key may see it."""
    said = error.problem.to_dict()
    said["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{g.request_id}"
    if error.payment_intent:
        said["payment_intent"] = browser_view(error.payment_intent) if is_browser else error.payment_intent
    return {"error": said}


def write(body: Object) -> str:
    """An object as it goes over the wire."""
    return json.dumps(body, indent=2)


def respond(given: Answer, headers: dict[str, str] | None = None) -> Response:
    """An answer as HTTP."""
    return Response(given.body, given.status, headers, content_type="application/json")
