"""What every answer carries, and which requests may write."""

from collections import UserDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from quart import Quart, Response, abort, request
from quart.sessions import SecureCookieSessionInterface, SessionMixin

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SHOP_POLICY = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(self)",
    # what is public says so itself; whatever forgets to is kept by nobody
    "Cache-Control": "no-store",
}
STRICT_TRANSPORT = "max-age=31536000"


class NotedSession(UserDict[str, Any], SessionMixin):
    """A session that knows whether anybody looked at it, so that the answer says `Vary: Cookie`.

    Quart asks its sessions for that, but its own has stopped noting it.
    """

    modified = False

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]  # all that a UserDict does goes through it
        self.accessed = True
        return self._values

    def __setitem__(self, name: str, value: Any) -> None:
        self.modified = True
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.modified = True


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies."""

    session_class = NotedSession  # type: ignore[assignment]  # what it asks for is there


def install(app: Quart, shop_url: str) -> None:
    """Guard every write and dress every answer; no cookie leaves the shop without its flags."""
    is_https = shop_url.startswith("https:")
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=is_https)
    app.session_interface = Sessions()
    headers = common_headers(shop_url)

    @app.before_request
    async def guard() -> None:
        # no text of ours holds one, and PostgreSQL refuses to compare with it
        if b"%00" in request.scope["raw_path"] + request.query_string:
            abort(400)
        if request.method not in SAFE_METHODS and not _is_own_write(shop_url):
            abort(403)

    @app.after_request
    async def dress(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def common_headers(shop_url: str) -> dict[str, str]:
    """What an answer carries that does not say otherwise."""
    headers = {**HEADERS, "Content-Security-Policy": policy_text(SHOP_POLICY)}
    if shop_url.startswith("https:"):
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return headers


def _is_own_write(shop_url: str) -> bool:
    """Whether a write comes from our own pages, or from a client that is no browser (a webhook).

    Every current browser sends Sec-Fetch-Site, and older ones Origin with a POST; no page can forge either.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    if origin := request.headers.get("Origin"):
        return urlsplit(origin).netloc in (request.host, urlsplit(shop_url).netloc)
    return True


def payment_policy(stripe_js: str, stripe_api: str) -> str:
    """The policy of a page that holds Stripe's card form (https://docs.stripe.com/security/guide)."""
    scripts = [_origin(stripe_js)]
    frames = [_origin(stripe_js)]
    hosted = _origin(stripe_api)
    if _origin(stripe_js) == "https://js.stripe.com":
        scripts.append("https://*.js.stripe.com")
        hosted = "https://checkout.stripe.com"
        frames += ["https://*.js.stripe.com", "https://hooks.stripe.com"]
    return policy_text(
        {
            **SHOP_POLICY,
            "script-src": ["'self'", *scripts],
            "frame-src": frames,
            "form-action": ["'self'", hosted],
            "connect-src": ["'self'", _origin(stripe_api)],
        }
    )


def policy_text(policy: dict[str, list[str]]) -> str:
    """A content security policy as its header spells it."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
