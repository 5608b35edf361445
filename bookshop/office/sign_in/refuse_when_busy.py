"""Refuse attempts to sign in above the limit before Quart sees them.

Most of what strangers send at once ends here, at the cost of a cached page.
"""

from functools import lru_cache
from math import ceil
from typing import TypeGuard, cast
from urllib.parse import parse_qs

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from quart import Quart
from werkzeug.http import parse_cookie

from bookshop.logs.request_counts import Ended, counts
from bookshop.office.office import Office
from bookshop.office.sign_in.cookies import read_known_browser
from bookshop.office.sign_in.next_address import next_address
from bookshop.office.sign_in_limit import RETRY_TIME
from bookshop.web.cached_response import Headers, encode_headers
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS, default_headers

PATHS = ("/office/sign-in", "/office/sign-in/passkey")
# a form's body is one of them, or two
MAX_BODY_EVENTS = 10
MAX_CACHED_PAGES = 100


def refuse_when_busy(app: Quart, office: Office) -> ASGIFramework:
    """Return an application that counts attempts, and passes on those that the limit allows."""
    shop = cast(ASGIFramework, app.asgi_app)
    headers = refusal_headers(office)

    @lru_cache(MAX_CACHED_PAGES)
    def render(next_page: str) -> bytes:
        template = app.jinja_env.get_template("office/sign_in/busy.html")
        return template.render(seconds=retry_seconds(), next=next_page).encode()

    async def count(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if is_attempt(scope) and not office.sign_in_limit.take(is_known=is_known(office, scope)):
            counts[Ended.REFUSED] += 1
            await read_body(receive)
            await send_page(render(read_next(scope)), headers, send)
        else:
            await shop(scope, receive, send)

    return count


def refusal_headers(office: Office) -> Headers:
    settings = office.settings
    return encode_headers(
        {
            **default_headers(settings.shop_url, hsts_subdomains=settings.hsts_subdomains),
            **PRIVATE_ADDRESS_HEADERS,
            "Content-Type": "text/html; charset=utf-8",
            "Retry-After": str(retry_seconds()),
        }
    )


def retry_seconds() -> int:
    return ceil(RETRY_TIME.total_seconds())


def is_attempt(scope: Scope) -> TypeGuard[HTTPScope]:
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in PATHS


def is_known(office: Office, scope: HTTPScope) -> bool:
    """Return whether staff have signed in before in the browser that sends this."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return bool(cookies) and read_known_browser(office, parse_cookie(cookies.decode("latin-1"))) is not None


def read_next(scope: HTTPScope) -> str:
    """Return where the person wanted to go, which the form's address has."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return next_address(query.get("next", [""])[0])


async def read_body(receive: ASGIReceiveCallable) -> None:
    """Read a small body, lest the server closes the connection before its response is read."""
    for _ in range(MAX_BODY_EVENTS):
        event = await receive()
        if event["type"] != "http.request" or not event["more_body"]:
            return


async def send_page(body: bytes, headers: Headers, send: ASGISendCallable) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 503, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
