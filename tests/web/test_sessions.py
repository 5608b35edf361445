"""Every access to the session is recorded, so that no shared cache keeps a personal page."""

from collections.abc import Callable

import pytest
from quart import Quart, session
from quart.typing import ResponseReturnValue

from bookshop.web import security

READS: tuple[Callable[[], object], ...] = (
    lambda: session.get("basket"),
    lambda: session.pop("basket", None),
    lambda: "basket" in session,
    lambda: list(session),
    lambda: dict(session),
    lambda: bool(session),
    lambda: session.setdefault("basket", 1),
)
WRITES: tuple[Callable[[], object], ...] = (
    lambda: session.update(basket=2),
    lambda: session.__setitem__("basket", 2),
    lambda: session.__delitem__("basket"),
    lambda: session.pop("basket"),
    lambda: session.clear(),
)


def app_with(view: Callable[[], object]) -> Quart:
    """Return an app whose `/look` uses the session so, `/fill` fills it, `/plain` does not."""
    app = Quart("sessions")
    app.secret_key = "a secret for tests only"
    security.install(app, "https://shop.example")

    @app.get("/look")
    async def look() -> ResponseReturnValue:
        view()
        return "looked"

    @app.get("/plain")
    async def plain() -> ResponseReturnValue:
        return "plain"

    @app.get("/fill")
    async def fill() -> ResponseReturnValue:
        session["basket"] = 1
        return "filled"

    return app


@pytest.mark.parametrize("read", READS)
async def test_every_way_to_read_the_session_shows(read: Callable[[], object]) -> None:
    client = app_with(read).test_client()
    assert "Cookie" in (await client.get("/look")).headers["Vary"]
    assert "Cookie" not in (await client.get("/plain")).headers.get("Vary", "")


@pytest.mark.parametrize("write", WRITES)
async def test_every_way_to_write_to_the_session_is_saved(write: Callable[[], object]) -> None:
    client = app_with(write).test_client()
    await client.get("/fill", scheme="https")
    answer = await client.get("/look", scheme="https")
    assert "Set-Cookie" in answer.headers
    assert "Cookie" in answer.headers["Vary"]


async def test_reading_alone_sets_no_cookie() -> None:
    answer = await app_with(lambda: session.get("basket")).test_client().get("/look")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("url", "is_secure"), [("https://shop.example", True), ("http://localhost", False)])
async def test_cookies_are_kept_from_scripts_other_sites_and_plain_http(url: str, is_secure: bool) -> None:
    app = app_with(lambda: session.update(basket=2))
    security.install(app, url)
    cookie = (await app.test_client().get("/look", scheme=url.partition(":")[0])).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == is_secure
