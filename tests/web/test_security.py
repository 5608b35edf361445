"""Which requests may write, and sweeps over every route for security headers."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from quart import Quart, Response
from werkzeug.routing import Rule

from bookshop.app import Shop, create_app
from bookshop.database import Database, open_database
from bookshop.web import security
from tests.builders import a_book, some_settings, store_book
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.shopper import Shopper, text_of

ISBN = "9781732265172"
ON_EVERY_RESPONSE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def list_routes(shop: Shop, method: str) -> Iterator[tuple[Rule, str]]:
    """Each route that knows the method, with an address of it."""
    for rule in shop.url_map.iter_rules():
        if method in (rule.methods or ()):
            example = {
                "isbn": ISBN,
                "slug": "x",
                "code": "FBC",
                "key": "george-eliot",
                "first": ISBN,
                "token": "x" * 22,
                "mail_id": 1,
                "filename": "js/site.js",
                "name": f"{ISBN}-0123456789ab-120.webp",
            }
            # the others are ids of the office
            values = {name: example.get(name, "0" * 32) for name in rule.arguments}
            yield rule, rule.build(values)[1]  # type: ignore[index]  # every value is there


SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
WRITE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "something-new")
OWN_ORIGINS = ("https://shop.example", "https://internal:8000")
ORIGINS = (
    None,
    *OWN_ORIGINS,
    "https://elsewhere.example",
    "https://www.shop.example",
    "https://shop.example:444",
    "https://shop.example.evil.example",
    "null",
)


@pytest.fixture
def writable() -> Quart:
    """An app behind a proxy, which names it internal:8000, with one address for all methods."""
    app = Quart("writable")
    security.install(app, "https://shop.example")
    app.add_url_rule("/", "write", lambda: "written", methods=[*SAFE_METHODS, *WRITE_METHODS])
    return app


@pytest.mark.parametrize(("site", "origin"), list(product(SITES, ORIGINS)))
async def test_only_our_own_pages_and_clients_other_than_browsers_write(
    writable: Quart, site: str | None, origin: str | None
) -> None:
    headers = {"Host": "internal:8000"}
    headers |= {"Sec-Fetch-Site": site} if site is not None else {}
    headers |= {"Origin": origin} if origin is not None else {}
    is_own_origin = origin is None or origin in OWN_ORIGINS
    may_write = site in ("same-origin", "none") if site else is_own_origin
    for method in WRITE_METHODS:
        answer = await request_by(writable, method, headers)
        assert answer.status_code == (200 if may_write else 403), method
    for method in SAFE_METHODS:
        assert (await request_by(writable, method, headers)).status_code == 200


async def request_by(app: Quart, method: str, headers: dict[str, str]) -> Response:
    client = app.test_client()
    response: Response = await getattr(client, method.lower())("/", headers=headers)
    return response


@pytest.mark.parametrize(("path", "status"), [("/?q=%00", 400), ("/%00", 400), ("/?q=%2500", 200)])
async def test_null_characters_are_refused(writable: Quart, path: str, status: int) -> None:
    assert (await writable.test_client().get(path)).status_code == status


@pytest.mark.parametrize("url", ["https://shop.example", "http://localhost:5000"])
async def test_only_a_shop_behind_https_insists_on_it(url: str) -> None:
    headers = security.default_headers(url)
    is_https = url.startswith("https:")
    assert headers.get("Strict-Transport-Security") == ("max-age=31536000" if is_https else None)


def test_https_on_every_subdomain_is_an_option() -> None:
    headers = security.default_headers("https://shop.example", hsts_subdomains=True)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in security.default_headers("http://shop", hsts_subdomains=True)
    assert security.picture_headers("https://shop.example").items() >= {
        ("Strict-Transport-Security", "max-age=31536000")
    }


def test_a_response_without_headers_of_its_own_is_private_and_locked_down() -> None:
    assert security.default_headers("http://localhost") == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'; object-src 'none'"
        ),
    }


async def test_a_response_may_set_headers_of_its_own(writable: Quart) -> None:
    @writable.get("/own")
    async def own() -> tuple[str, dict[str, str]]:
        return "own", {"Cache-Control": "public, max-age=1"}

    headers = (await writable.test_client().get("/own")).headers
    assert headers.get_all("Cache-Control") == ["public, max-age=1"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_every_response_has_the_security_headers(shop: Shop) -> None:
    for method in ("GET", "POST"):
        for _, path in list_routes(shop, method):
            client = shop.test_client()
            answer = await (client.get(path) if method == "GET" else client.post(path))
            for name, value in ON_EVERY_RESPONSE.items():
                assert answer.headers[name] == value, (method, path, name)
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, path
            assert "default-src 'self'" in policy
            assert "Cache-Control" in answer.headers, path


async def test_no_route_falls_over_what_postgresql_cannot_store(shop: Shop) -> None:
    for _, path in list_routes(shop, "GET"):
        for address in {path.replace("x" * 22, "%00").replace(ISBN, "%00"), f"{path}?q=%00&item=%00"} - {
            path
        }:
            assert (await shop.test_client().get(address)).status_code == 400, address


async def test_no_route_is_written_to_from_another_site(shop: Shop) -> None:
    for _, path in list_routes(shop, "POST"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            answer = await shop.test_client().post(path, headers=headers, form={"isbn": ISBN})
            assert answer.status_code == 403, (path, headers)


async def test_our_own_pages_may_write(shop: Shop, database: Database) -> None:
    book = await database.write(store_book, a_book())
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}):
        answer = await shop.test_client().post("/basket", headers=headers, form={"isbn": book.isbn})
        assert answer.status_code == 303, headers


async def test_no_redirect_names_another_host(shop: Shop, database: Database) -> None:
    book = await database.write(store_book, a_book())
    strange = ("{}", "/{}", "{}/", "//{}/", "/evil.example/..{}", "/%2f{}", "/%5c{}", "/./{}", "{};a=b")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"}
    seen = set()
    for method in ("GET", "POST"):
        for _, path in list_routes(shop, method):
            for written in (path, path.replace("/", "//"), path.replace(ISBN, book.isbn)):
                for form in strange:
                    client: Any = shop.test_client()
                    answer = await client.open(form.format(written), method=method, headers=headers)
                    location = urlsplit(answer.headers.get("Location", ""))
                    assert location.netloc in ("", "localhost:5000"), (method, form, written)
                    assert not location.path.startswith(("//", "/\\")), (method, form, written)
                    seen.add(answer.status_code)
    assert seen >= {301, 308, 404}


async def test_no_get_makes_an_order_or_an_intent(shop: Shop, database: Database, account: Account) -> None:
    book = await database.write(store_book, a_book())
    before = len(await account.list_calls("POST"))
    for _, path in list_routes(shop, "GET"):
        await shop.test_client().get(path)
        await shop.test_client().get(f"{path}?item={book.isbn}")
    assert len(await account.list_calls("POST")) == before


async def test_only_checkout_pages_let_stripe_in(shop: Shop, database: Database, account: Account) -> None:
    filled = await fill_shop(shop, database, account)
    for path in filled.pages:
        answer = await filled.shopper.get(path)
        policy = answer.headers["Content-Security-Policy"]
        lets_stripe_in = account.url in policy
        assert lets_stripe_in == path.startswith("/checkout"), path
        assert ('name="stripe-js"' in await text_of(answer)) == lets_stripe_in, path
        payment = f'payment=(self "{account.url}")' if lets_stripe_in else "payment=()"
        assert answer.headers["Permissions-Policy"].endswith(payment), path


async def test_private_pages_stay_private(shop: Shop, database: Database, account: Account) -> None:
    filled = await fill_shop(shop, database, account)
    for path in filled.pages:
        answer = await filled.shopper.get(path)
        if path.startswith(("/basket", "/checkout", "/orders")):
            assert answer.headers["Cache-Control"] == "no-store", path
        if path.startswith(("/checkout", "/orders")):
            assert answer.headers["Referrer-Policy"] == "same-origin", path
            assert answer.headers["X-Robots-Tag"] == "noindex", path


async def test_every_page_lets_browsers_state_the_origin_of_its_forms(
    shop: Shop, database: Database, account: Account
) -> None:
    """With `no-referrer`, a browser without Sec-Fetch-Site (plain HTTP) would state `null`."""
    filled = await fill_shop(shop, database, account)
    for path in filled.pages:
        answer = await filled.shopper.get(path)
        assert answer.headers["Referrer-Policy"] in ("same-origin", "strict-origin-when-cross-origin"), path
        assert "referrer" not in await text_of(answer), path


async def test_public_pages_are_the_same_for_everyone(shop: Shop, database: Database) -> None:
    book = await database.write(store_book, a_book())
    known = Shopper(shop.test_client())
    await known.put_in_basket(book.isbn)
    for path in ("/", f"/books/{book.isbn}/{book.slug}", "/search?q=x"):
        stranger = await shop.test_client().get(path)
        assert await text_of(stranger) == await known.read(path)
        assert "Set-Cookie" not in stranger.headers, path
        varies = {"HX-Request", "HX-Request-Type", "Accept-Encoding"}
        assert set(stranger.headers["Vary"].split(", ")) == varies, path


async def test_cookies_are_kept_from_scripts_and_other_sites(shop: Shop, database: Database) -> None:
    book = await database.write(store_book, a_book())
    answer = await shop.test_client().post("/basket", form={"isbn": book.isbn})
    cookies = answer.headers.get_all("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("session="))
    assert "HttpOnly" in session
    assert all("SameSite=Lax" in cookie for cookie in cookies)


async def test_on_https_no_other_host_can_set_a_cookie(
    sqlite_url: str, simulator: Process, account: Account
) -> None:
    settings = some_settings(
        DATABASE_URL=sqlite_url, SHOP_URL="https://shop.example", STRIPE_API_BASE=simulator.url
    )
    app = create_app(settings)
    database = open_database(sqlite_url)
    book = await database.write(store_book, a_book())
    await database.close()
    async with app.test_app():
        client = app.test_client()
        answer = await client.post("/basket", form={"isbn": book.isbn}, scheme="https")
        cookies = answer.headers.get_all("Set-Cookie")
        assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-session", "__Host-basket-count"}
        for cookie in cookies:
            # otherwise browsers refuse a cookie of this name
            assert "; Secure" in cookie
            assert "; Path=/;" in f"{cookie};"
            assert "; Domain=" not in cookie
        assert book.isbn in await text_of(await client.get("/basket", scheme="https"))


async def test_nothing_secret_is_logged(
    shop: Shop, database: Database, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bookshop")
    book = await database.write(store_book, a_book())
    shopper = Shopper(shop.test_client())
    pay_page = await shopper.place_and_pay_page(book.isbn, delivery="collect")
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent, "pm_card_visa_chargeDeclined")
    await shopper.read(pay_page.replace("/checkout/", "/orders/"))
    for secret in ("sk_test", "_secret_", "reader@example.com", pay_page.rsplit("/", 1)[1]):
        assert secret not in caplog.text, secret
