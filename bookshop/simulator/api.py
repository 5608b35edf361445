"""Stripe's API over HTTP: keys, forms, idempotency and errors."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from quart import Blueprint, Response, g, request

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.authorization import authorize
from bookshop.simulator.errors import INVALID_REQUEST, StripeError, StripeErrorBody
from bookshop.simulator.expansion import expand
from bookshop.simulator.forms import parse_form
from bookshop.simulator.idempotency import ApiResponse
from bookshop.simulator.objects.base import StripeObject, new_id
from bookshop.simulator.objects.payment_intent import browser_view
from bookshop.simulator.operations import OPEN_TO_BROWSERS, OPERATIONS
from bookshop.simulator.params import UNSUPPORTED, Params, read_list

# an operation whose account and object are already bound
BoundOperation: TypeAlias = Callable[[Params, Caller], StripeObject]

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Expose-Headers": "Idempotent-Replayed, Request-Id",
}


def blueprint(account: Account) -> Blueprint:
    """Mount every operation under /v1."""
    routes = Blueprint("api", __name__, url_prefix="/v1")
    routes.before_request(partial(record_request, account))
    routes.after_request(add_headers)
    for name, operation in OPERATIONS.items():
        method, path = name.split(" ")
        view = partial(run_operation, account, operation, name in OPEN_TO_BROWSERS)
        routes.add_url_rule(path, name.replace(".", "-"), view, methods=[method])
    unknown = partial(refuse_unknown, account)
    routes.add_url_rule("/<path:path>", "unknown", unknown, methods=["GET", "POST", "DELETE"])
    return routes


async def record_request(account: Account) -> None:
    """Give the request an id, and record it for /_control/requests."""
    g.request_id = new_id("req_", 14)
    if request.method != "OPTIONS":
        by = "server" if "Authorization" in request.headers else "browser"
        account.requests.append({"method": request.method, "path": request.path, "by": by})


async def add_headers(response: Response) -> Response:
    response.headers.update({**CORS_HEADERS, "Cache-Control": "no-store", "Request-Id": g.request_id})
    return response


async def run_operation(
    account: Account,
    operation: Callable[..., StripeObject],
    is_open_to_browsers: bool,
    object_id: str | None = None,
) -> Response:
    """Run an operation, on the object that the path names."""
    target = () if object_id is None else (object_id,)
    intent_id = object_id if is_open_to_browsers else None
    return await respond(account, partial(operation, account, *target), intent_id)


async def refuse_unknown(account: Account, path: str) -> Response:
    def refuse(_params: Params, _caller: Caller) -> StripeObject:
        message = f"Unrecognized request URL ({request.method}: /v1/{path}). {UNSUPPORTED}"
        raise StripeError(404, StripeErrorBody(type=INVALID_REQUEST, message=message))

    return await respond(account, refuse)


async def respond(account: Account, operation: BoundOperation, intent_id: str | None = None) -> Response:
    """Respond to the request, or repeat the response stored under its idempotency key.

    A browser may only use the intent `intent_id`.
    """
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    is_browser = False
    try:
        # the key is reserved before the body has arrived, since two requests may overlap
        with account.idempotency_keys.reserve(key):
            body = (await request.body).decode(errors="replace")
            params = read_params(body)
            is_browser = authorize(account, params, intent_id)
            # the order of a form's fields has no meaning
            identity = f"{request.method} {request.path}\n{json.dumps(params, sort_keys=True)}"
            if stored := account.idempotency_keys.find(key, identity):
                return to_http(stored, {"Idempotent-Replayed": "true"})
            caller = Caller(g.request_id, key, is_browser, request.host_url)
            made = execute(account, operation, params, caller)
            account.idempotency_keys.store(key, identity, made)
            return to_http(made)
    except StripeError as error:
        return to_http(error_response(error, is_browser=is_browser))


def read_params(body: str) -> dict[str, Any]:
    """Read the form of a POST, or the query of any other request."""
    if request.method == "POST":
        return parse_form(parse_qsl(body, keep_blank_values=True))
    return parse_form(request.args.items(multi=True))


def execute(account: Account, operation: BoundOperation, params: Params, caller: Caller) -> ApiResponse:
    """Run an operation; an error of its own, such as a decline, is a response as well."""
    own_params = {name: value for name, value in params.items() if name not in ("client_secret", "key")}
    try:
        subject = operation(own_params, caller)
    except StripeError as error:
        return error_response(error, is_browser=caller.is_browser)
    if caller.is_browser:
        return ApiResponse(200, to_json(browser_view(subject)))
    return ApiResponse(200, to_json(expand(account, subject, read_list(params, "expand"))))


def error_response(error: StripeError, *, is_browser: bool) -> ApiResponse:
    """Describe an error, with its intent as far as the caller may see it."""
    body = error.body.to_dict()
    body["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{g.request_id}"
    if error.payment_intent:
        body["payment_intent"] = browser_view(error.payment_intent) if is_browser else error.payment_intent
    return ApiResponse(error.status, to_json({"error": body}))


def to_json(body: StripeObject) -> str:
    return json.dumps(body, indent=2)


def to_http(response: ApiResponse, headers: dict[str, str] | None = None) -> Response:
    return Response(response.body, response.status, headers, content_type="application/json")
