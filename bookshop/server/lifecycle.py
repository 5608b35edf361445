"""ASGI middleware for the start and the end of a worker."""

from collections.abc import Callable
from functools import partial

from hypercorn.typing import (
    ASGIFramework,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)


class Lifecycle:
    """Reports the application's start, and closes connections while the worker drains.

    While it drains, responses have the header `Connection: close`: the client then opens a connection to
    another worker.
    """

    def __init__(self, app: ASGIFramework, on_started: Callable[[], None]) -> None:
        self.app = app
        self.on_started = on_started
        self.is_draining = False

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            send = partial(self.report_start, send)
        elif self.is_draining and scope["http_version"] != "2":
            send = partial(close_connection, send)
        await self.app(scope, receive, send)

    async def report_start(self, send: ASGISendCallable, event: ASGISendEvent) -> None:
        if event["type"] == "lifespan.startup.complete":
            self.on_started()
        await send(event)


async def close_connection(send: ASGISendCallable, event: ASGISendEvent) -> None:
    """Send an event of a response, which is the last of its connection."""
    if event["type"] == "http.response.start":
        event["headers"] = [*event["headers"], (b"connection", b"close")]
    await send(event)
