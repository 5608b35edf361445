"""Stripe's API over HTTP: keys, forms, idempotency, and what each key may see."""

import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from quart import Blueprint, Response, g, request

from bookshop.simulator import disputes, endpoints, intents, refunds, sessions
from bookshop.simulator.account import PAGING, Account, Caller, created_within, page_of
from bookshop.simulator.errors import INVALID_REQUEST, Problem, StripeError, invalid, unauthorised
from bookshop.simulator.forms import parse_form
from bookshop.simulator.idempotency import Answer
from bookshop.simulator.objects import Object, browser_view, new_id
from bookshop.simulator.params import Params, allow, read_list, read_text

Rule: TypeAlias = Callable[[Params, Caller], Object]

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Expose-Headers": "Idempotent-Replayed, Request-Id",
}


def shown(kind: str, param: str = "id") -> Callable[..., Object]:
    """The rule that shows one object of a kind."""
    return lambda account, ident, *_: account.find(kind, ident, param)


def listed(kind: str, url: str, *filters: str) -> Callable[..., Object]:
    """The rule that lists a kind, all of it or what the filters leave."""
    return lambda account, params, _: account.page(kind, url, params, *filters)


def list_events(account: Account, params: Params, _caller: Caller) -> Object:
    """Events, the newest first, of all types or of some."""
    allow(params, "type", "types", *PAGING)
    wanted = [*read_list(params, "type"), *read_list(params, "types")]
    events = [event for event in account.all("event").values() if not wanted or event["type"] in wanted]
    return page_of("/v1/events", created_within(events, params), params)


RULES: dict[str, Callable[..., Object]] = {
    "GET /charges": listed("charge", "/v1/charges", "payment_intent"),
    "GET /charges/<ident>": shown("charge"),
    "GET /checkout/sessions": sessions.list_all,
    "GET /checkout/sessions/<ident>": sessions.show,
    "GET /checkout/sessions/<ident>/line_items": sessions.list_items,
    "GET /disputes": listed("dispute", "/v1/disputes", "charge", "payment_intent"),
    "GET /disputes/<ident>": shown("dispute"),
    "GET /events": list_events,
    "GET /events/<ident>": shown("event"),
    "GET /payment_intents": listed("payment_intent", "/v1/payment_intents"),
    "GET /payment_intents/<ident>": shown("payment_intent", "intent"),
    "GET /radar/early_fraud_warnings": listed(
        "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings", "charge", "payment_intent"
    ),
    "GET /radar/early_fraud_warnings/<ident>": shown("radar.early_fraud_warning"),
    "GET /refunds": listed("refund", "/v1/refunds", "charge", "payment_intent"),
    "GET /refunds/<ident>": shown("refund"),
    "GET /webhook_endpoints": listed(endpoints.KIND, "/v1/webhook_endpoints"),
    "GET /webhook_endpoints/<ident>": shown(endpoints.KIND),
    "POST /checkout/sessions": sessions.create,
    "POST /checkout/sessions/<ident>/expire": sessions.expire,
    "POST /disputes/<ident>": disputes.update,
    "POST /disputes/<ident>/close": disputes.close,
    "POST /payment_intents": intents.create,
    "POST /payment_intents/<ident>": intents.update,
    "POST /payment_intents/<ident>/cancel": sessions.cancel_intent,
    "POST /payment_intents/<ident>/challenge": intents.end_challenge,
    "POST /payment_intents/<ident>/confirm": intents.confirm,
    "POST /refunds": refunds.create,
    "POST /refunds/<ident>": refunds.update,
    "POST /webhook_endpoints": endpoints.create,
    "DELETE /webhook_endpoints/<ident>": endpoints.delete,
}
# what a browser may ask about an intent whose secret it holds
OPEN_TO_BROWSERS = {
    "GET /payment_intents/<ident>",
    "POST /payment_intents/<ident>/challenge",
    "POST /payment_intents/<ident>/confirm",
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

    for name, rule in RULES.items():
        method, path = name.split(" ")
        is_open = name in OPEN_TO_BROWSERS
        routes.add_url_rule(path, name.replace(".", "-"), view(account, rule, is_open), methods=[method])

    @routes.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    async def unknown(path: str) -> Response:
        def refuse(*_: object) -> Object:
            message = f"Unrecognized request URL ({request.method}: /v1/{path})."
            raise StripeError(404, Problem(type=INVALID_REQUEST, message=message))

        return await answer(account, refuse)

    return routes


def view(account: Account, rule: Callable[..., Object], is_open: bool) -> Callable[..., Awaitable[Response]]:
    """The rule as a view of Quart's: an id in the address comes before what was sent."""

    async def given(**where: str) -> Response:
        done = partial(rule, account, *where.values())
        return await answer(account, done, where["ident"] if is_open else None)

    return given


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
            given = carry_out(account, rule, params, Caller(g.request_id, key, is_browser, request.host_url))
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
    if not hmac.compare_digest(secret.encode(), intents.find(account, intent_id)["client_secret"].encode()):
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
