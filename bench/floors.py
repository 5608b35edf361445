"""The fastest applications for the same server, sending the same bytes and headers.

The response is read from the file that BENCH_RESPONSE names.
"""

import json
import os
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quart import Quart, Response


@dataclass(frozen=True)
class FixedResponse:
    """The response to every request."""

    headers: list[tuple[str, str]]
    body: bytes


def read_response() -> FixedResponse:
    """Read the response that the bench has written."""
    stored = json.loads(Path(os.environ["BENCH_RESPONSE"]).read_text())
    return FixedResponse([(name, value) for name, value in stored["headers"]], b64decode(stored["body"]))


def create_raw() -> Callable[..., Awaitable[None]]:
    """Create an ASGI application without a framework."""
    response = read_response()
    headers = [(name.encode(), value.encode()) for name, value in response.headers]

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    return app


def create_quart() -> Quart:
    """Create a Quart application with one route."""
    response = read_response()
    app = Quart(__name__)

    @app.route("/", methods=["GET", "POST"])
    async def hello() -> Response:
        return Response(response.body, headers=dict(response.headers))

    return app
