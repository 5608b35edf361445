"""What goes wrong between the API and who asks it, as the faults that stand say."""

import asyncio
import json
from typing import Any

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.simulator.faults import ERROR_KINDS, Fault, Faults
from bookshop.simulator.objects import new_id

ERRORS: dict[str, dict[str, str]] = {
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


class FaultyNetwork:
    """Stands before the application; a request that meets no fault passes untouched."""

    def __init__(self, app: ASGIFramework, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        fault = None
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            fault = self._faults.take_request(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in ERROR_KINDS:
            await refuse(fault, send)
        elif fault.kind == "timeout-before":
            await wait_for_leaving(receive, fault.seconds)
            await hang_up(send)
        elif fault.kind == "reply-lost":
            await self._app(scope, receive, ignore)
            await hang_up(send)
        else:
            await self._app(scope, receive, delayed(send, fault.seconds))


async def refuse(fault: Fault, send: ASGISendCallable) -> None:
    """Answer with an error and do nothing."""
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


async def wait_for_leaving(receive: ASGIReceiveCallable, seconds: float) -> None:
    """Wait, but no longer than the other side does."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


async def hang_up(send: ASGISendCallable) -> None:
    """Have the connection cut without an answer.

    An application that returns without a word is answered for, with 500. After «100 Continue», which
    no client takes for an answer, hypercorn has nothing to add and closes.
    """
    await send({"type": "http.response.start", "status": 100, "headers": [], "trailers": False})


async def ignore(_message: Any) -> None:
    """An answer that nobody hears."""


def delayed(send: ASGISendCallable, seconds: float) -> ASGISendCallable:
    """The same way out, open only after a while."""

    async def wait_and_send(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return wait_and_send
