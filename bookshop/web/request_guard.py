"""Refuse requests of a kind that neither browsers nor Stripe send."""

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from bookshop.logs.request_counts import Ended, counts

TEXT_HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]


def refuse_odd_requests(app: ASGIFramework) -> ASGIFramework:
    """Return an application that responds to odd requests with 400, and to WebSockets with 403."""

    async def guard(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "websocket":
            counts[Ended.REFUSED] += 1
            # closed before it was accepted: the server responds with 403
            await send({"type": "websocket.close", "code": 1000, "reason": None})
        elif scope["type"] == "http" and (reason := find_oddity(scope)):
            counts[Ended.REFUSED] += 1
            await send_text(400, reason, send)
        else:
            await app(scope, receive, send)

    return guard


def find_oddity(scope: HTTPScope) -> str:
    """Return what is wrong with a request, or "" for an ordinary one."""
    if scope["http_version"] == "2" and scope["scheme"] == "http":
        # `Upgrade: h2c` passes through some proxies, which then do not see the requests that follow: a client
        # could give itself any address by X-Forwarded-For
        return "HTTP/2 needs TLS."
    if not scope["raw_path"].startswith(b"/"):
        return "The request must name a path."
    if not any(name == b"host" and value for name, value in scope["headers"]):
        return "The request must name a host."
    return ""


async def send_text(status: int, text: str, send: ASGISendCallable) -> None:
    """Send a response of one line."""
    body = f"{text}\n".encode()
    headers = [*TEXT_HEADERS, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
