"""ASGI middleware that applies the active faults to requests."""

import asyncio
import json
from typing import Any

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.simulator.active_faults import ActiveFaults
from bookshop.simulator.faults import ERROR_KINDS, InjectedFault
from bookshop.simulator.objects.base import new_id

ERRORS: dict[str, dict[str, str]] = {
    "error-401": {"type": "invalid_request_error", "message": "Invalid API Key provided: sk_test_***"},
    "error-403": {
        "type": "invalid_request_error",
        "message": "The provided key 'rk_test_***' does not have the required permissions for this endpoint. "
        "Having 'rak_payment_intent_write' permission would allow this request to continue.",
    },
    "error-429": {
        "type": "invalid_request_error",
        "code": "rate_limit",
        "message": "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        "doc_url": "https://stripe.com/docs/error-codes/rate-limit",
    },
    "error-500": {
        "type": "api_error",
        "message": "Sorry! There was an error while talking to one of our backends. "
        "Support has been notified.",
    },
}
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


class FaultMiddleware:
    """Wraps the application; a request without a fault passes untouched."""

    def __init__(self, app: ASGIFramework, faults: ActiveFaults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        fault = None
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            fault = self._faults.take_for_request(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in ERROR_KINDS:
            await send_error(fault, send)
        elif fault.kind == "timeout-before":
            await wait_for_disconnect(receive, fault.seconds)
            await cut_connection(send)
        elif fault.kind == "reply-lost":
            await self._app(scope, receive, discard)
            await cut_connection(send)
        else:
            await self._app(scope, receive, delay(send, fault.seconds))


async def send_error(fault: InjectedFault, send: ASGISendCallable) -> None:
    """Send the fault's error without calling the application."""
    is_html = fault.kind == "error-502"
    body = BAD_GATEWAY if is_html else json.dumps({"error": ERRORS[fault.kind]}, indent=2)
    headers = {
        "access-control-allow-origin": "*",
        "content-length": str(len(body)),
        "content-type": "text/html" if is_html else "application/json",
        "request-id": new_id("req_", 14),
    }
    if fault.should_retry:
        headers["stripe-should-retry"] = fault.should_retry
    status = int(fault.kind.removeprefix("error-"))
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body.encode(), "more_body": False})


async def wait_for_disconnect(receive: ASGIReceiveCallable, seconds: float) -> None:
    """Wait until the client disconnects, at most some seconds."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


async def cut_connection(send: ASGISendCallable) -> None:
    """Make hypercorn close the connection without a response.

    If an application sends nothing, hypercorn responds with 500. After "100 Continue", which no client
    takes for a response, it only closes.
    """
    await send({"type": "http.response.start", "status": 100, "headers": [], "trailers": False})


async def discard(_message: Any) -> None:
    """Send nothing."""


def delay(send: ASGISendCallable, seconds: float) -> ASGISendCallable:
    """Return a `send` that waits before the response starts."""

    async def wait_and_send(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return wait_and_send
