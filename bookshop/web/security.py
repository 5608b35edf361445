"""Security headers on every response, and which requests may write."""

import logging
from urllib.parse import urlsplit

from quart import Quart, Response, abort, request

from bookshop.logs.private_logs import LimitedLog
from bookshop.web.content_policy import SHOP_POLICY, format_policy, permissions_policy
from bookshop.web.sessions import TrackedSessions

log = LimitedLog(logging.getLogger(__name__))

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": permissions_policy(),
    # public pages set their own; a page that does not is never stored
    "Cache-Control": "no-store",
}
# a page has many pictures, and loads nothing by them: what documents need would only make them larger
PICTURE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
# of a page with a secret address: no other site learns it. `no-referrer` would do the same and more: browsers
# would send `Origin: null` with the page's own forms, which are then refused
PRIVATE_ADDRESS_HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}
STRICT_TRANSPORT_SECURITY = "max-age=31536000"


def install(app: Quart, shop_url: str, *, hsts_subdomains: bool = False) -> None:
    """Check every write, and add security headers to every response and flags to every cookie."""
    is_https = shop_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name("session", is_https=is_https),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
    )
    app.session_interface = TrackedSessions()
    headers = default_headers(shop_url, hsts_subdomains=hsts_subdomains)
    of_pictures = picture_headers(shop_url, hsts_subdomains=hsts_subdomains)

    async def reject_cross_site_writes() -> None:
        if request.method not in SAFE_METHODS and not is_own_write(shop_url):
            log.warning(
                "Refused %s %s from another site: Sec-Fetch-Site %.20r, Origin %.100r",
                request.method,
                request.url_rule or "an unknown address",
                request.headers.get("Sec-Fetch-Site"),
                request.headers.get("Origin"),
            )
            abort(403)

    async def add_security_headers(response: Response) -> Response:
        is_picture = (response.mimetype or "").startswith("image/")
        for name, value in (of_pictures if is_picture else headers).items():
            response.headers.setdefault(name, value)
        return response

    app.before_request(reject_null_characters)
    app.before_request(reject_cross_site_writes)
    app.after_request(add_security_headers)


async def reject_null_characters() -> None:
    """Respond 400: no text of ours holds one, and PostgreSQL refuses to compare with it."""
    if b"%00" in request.scope["raw_path"] + request.query_string:
        abort(400)


def cookie_name(name: str, *, is_https: bool) -> str:
    """Return a cookie's whole name: with https no other host, such as a subdomain, can set it."""
    return f"__Host-{name}" if is_https else name


def default_headers(shop_url: str, *, hsts_subdomains: bool = False) -> dict[str, str]:
    """Return the headers of every response that does not set its own."""
    headers = {**DEFAULT_HEADERS, "Content-Security-Policy": format_policy(SHOP_POLICY)}
    return headers | _https_headers(shop_url, hsts_subdomains=hsts_subdomains)


def picture_headers(shop_url: str, *, hsts_subdomains: bool = False) -> dict[str, str]:
    """Return the headers of every picture that does not set its own."""
    return PICTURE_HEADERS | _https_headers(shop_url, hsts_subdomains=hsts_subdomains)


def _https_headers(shop_url: str, *, hsts_subdomains: bool) -> dict[str, str]:
    if not shop_url.startswith("https:"):
        return {}
    subdomains = "; includeSubDomains" if hsts_subdomains else ""
    return {"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY + subdomains}


def is_own_write(shop_url: str) -> bool:
    """Return whether a write comes from our own pages, or from a client other than a browser.

    Every current browser sends Sec-Fetch-Site, and older ones Origin with a POST; no page can forge either.
    A webhook sends neither.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    if origin := request.headers.get("Origin"):
        return urlsplit(origin).netloc in (request.host, urlsplit(shop_url).netloc)
    return True
