"""Request a page of an application in this process, without a server or a client's own work."""

import asyncio
from typing import Any

from hypercorn.typing import ASGIFramework

from bench.client import BROWSER_HEADERS


async def request(app: ASGIFramework, path: str, cookie: str = "") -> tuple[int, bytes]:
    """Return status and body."""
    address, _, query = path.partition("?")
    headers = {**BROWSER_HEADERS, "Host": "localhost", "Cookie": cookie}
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {},
    }
    status, parts = 0, []
    messages: asyncio.Queue[Any] = asyncio.Queue()
    # the client stays connected, so a second one never comes
    messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    await app(scope, messages.get, send)
    return status, b"".join(parts)
