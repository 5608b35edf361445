"""Refuse a request whose body does not arrive, or arrives too slowly."""

import asyncio

from hypercorn.typing import (
    ASGIFramework,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)

from bookshop.web.request_guard import send_text

# as Apache's mod_reqtimeout: each byte buys time, so that a phone on a bad line finishes
BODY_GRACE_SECONDS = 20.0
MIN_BYTES_PER_SECOND = 500


class TimedRequest:
    """A request whose body must arrive in time, or the application sees a disconnect."""

    def __init__(self, receive: ASGIReceiveCallable, send: ASGISendCallable, grace_seconds: float) -> None:
        self.is_late = False
        self.has_response = False
        self._receive = receive
        self._send = send
        self._is_complete = False
        self._deadline = asyncio.get_running_loop().time() + grace_seconds

    async def receive(self) -> ASGIReceiveEvent:
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                event = await self._receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        if event["type"] == "http.request":
            self._deadline += len(event["body"]) / MIN_BYTES_PER_SECOND
            self._is_complete = not event["more_body"]
        return event

    async def send(self, event: ASGISendEvent) -> None:
        self.has_response = True
        await self._send(event)


def limit_body_time(app: ASGIFramework, grace_seconds: float) -> ASGIFramework:
    """Return an application that responds with 408 to a body that is late."""

    async def limited(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request = TimedRequest(receive, send, grace_seconds)
        await app(scope, request.receive, request.send)
        if request.is_late and not request.has_response:
            await send_text(408, "The request did not arrive in time.", send)

    return limited
