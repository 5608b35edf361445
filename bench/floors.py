"""The least that the same servers can do: one answer, always the same, with our headers and our bytes.

The answer is read from the file that BENCH_ANSWER names.
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
class Answer:
    """What is always answered."""

    headers: list[tuple[str, str]]
    body: bytes


def read_answer() -> Answer:
    """The answer that the bench has written down."""
    said = json.loads(Path(os.environ["BENCH_ANSWER"]).read_text())
    return Answer([(name, value) for name, value in said["headers"]], b64decode(said["body"]))


def create_raw() -> Callable[..., Awaitable[None]]:
    """An ASGI application without anything."""
    answer = read_answer()
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    return app


def create_quart() -> Quart:
    """A Quart application with one route."""
    answer = read_answer()
    app = Quart(__name__)

    @app.route("/", methods=["GET", "POST"])
    async def hello() -> Response:
        return Response(answer.body, headers=dict(answer.headers))

    return app
