"""The middleware at a worker's start and end."""

from typing import Any

import pytest

from bookshop.server.lifecycle import Lifecycle

RESPONSE = [
    {"type": "http.response.start", "status": 200, "headers": [(b"vary", b"cookie")]},
    {"type": "http.response.body", "body": b"hello", "more_body": False},
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    events = RESPONSE if scope["type"] == "http" else await receive()
    for event in events:
        await send(dict(event))


async def headers_of(lifecycle: Lifecycle, http_version: str) -> list[tuple[bytes, bytes]]:
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    scope: Any = {"type": "http", "http_version": http_version}
    await lifecycle(scope, None, send)  # type: ignore[arg-type]  # the application receives nothing
    assert sent[1:] == RESPONSE[1:]
    headers: list[tuple[bytes, bytes]] = sent[0]["headers"]
    return headers


@pytest.mark.parametrize("version", ["1.0", "1.1", "2"])
async def test_only_a_draining_worker_closes_connections_and_none_of_http_2(version: str) -> None:
    lifecycle = Lifecycle(app, lambda: None)
    assert await headers_of(lifecycle, version) == [(b"vary", b"cookie")]
    lifecycle.is_draining = True
    closing = [] if version == "2" else [(b"connection", b"close")]
    assert await headers_of(lifecycle, version) == [(b"vary", b"cookie"), *closing]


@pytest.mark.parametrize(("event", "count"), [("startup.complete", 1), ("startup.failed", 0)])
async def test_only_a_complete_start_is_reported(event: str, count: int) -> None:
    started: list[bool] = []

    async def receive() -> Any:
        return [{"type": f"lifespan.{event}"}]

    async def send(_: Any) -> None:
        assert len(started) == count

    lifecycle = Lifecycle(app, lambda: started.append(True))
    scope: Any = {"type": "lifespan"}
    await lifecycle(scope, receive, send)
    assert len(started) == count
