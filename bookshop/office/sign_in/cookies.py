"""The cookies of a member of staff: the session's secret, and that the browser is known."""

from collections.abc import Mapping

from quart import request
from werkzeug.sansio.response import Response

from bookshop.office.office import Office
from bookshop.staff.client import Client
from bookshop.staff.known_browser import KNOWN_TIME, KnownBrowser, read_known, remember, write_known
from bookshop.staff.session import SESSION_TIME, SignedIn
from bookshop.web.client_network import network_of
from bookshop.web.security import cookie_name

SESSION, KNOWN_BROWSER = "staff", "known-browser"
MAX_BROWSER_CHARS = 200


def name_of(office: Office, cookie: str) -> str:
    return cookie_name(cookie, is_https=is_https(office))


def is_https(office: Office) -> bool:
    return office.settings.shop_url.startswith("https:")


def current_client(office: Office) -> Client:
    """Return where the present request comes from."""
    return Client(
        network=network_of(request.remote_addr),
        browser=request.headers.get("User-Agent", "")[:MAX_BROWSER_CHARS],
        known=read_known_browser(office, request.cookies),
        session_token=request.cookies.get(name_of(office, SESSION), ""),
    )


def read_known_browser(office: Office, cookies: Mapping[str, str]) -> KnownBrowser | None:
    """Return the browser of these cookies, if staff have signed in in it."""
    known = cookies.get(name_of(office, KNOWN_BROWSER))
    return read_known(office.settings.secret_key, known) if known else None


def set_session(office: Office, response: Response, signed_in: SignedIn, client: Client) -> None:
    """Give the browser its session, and what shows that it is known."""
    known = write_known(office.settings.secret_key, remember(client.known, signed_in.member.id))
    for name, value, time in ((SESSION, signed_in.token, SESSION_TIME), (KNOWN_BROWSER, known, KNOWN_TIME)):
        response.set_cookie(
            name_of(office, name), value, max_age=time, secure=is_https(office), httponly=True, samesite="Lax"
        )


def delete_session(office: Office, response: Response) -> None:
    """Take the session from the browser, which stays known."""
    response.delete_cookie(name_of(office, SESSION), secure=is_https(office), httponly=True, samesite="Lax")
