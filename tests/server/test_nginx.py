"""The nginx configuration of docs/deploy, with a real nginx in front of a real shop."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import create_engine, text

from bookshop.doctor.check import State
from bookshop.doctor.online.check_address import check_address
from bookshop.orders.hourly_limit import keyed_hash
from tests.builders import ENVIRONMENT, some_settings
from tests.doctor.online.deployments import a_deployment
from tests.processes import Process
from tests.server.nginx import Site, running_site
from tests.shopper import DETAILS, HIDDEN_FIELD

BOOK = "9781732265172"
OTHER_ADDRESS = "127.0.0.2"
LOG_SECONDS = 10


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, simulator: Process) -> Iterator[Site]:
    """A shop with the sample books behind nginx."""
    with running_site(tmp_path_factory.mktemp("nginx"), STRIPE_API_BASE=simulator.url) as (site, _):
        yield site


def is_hit(client: httpx.Client, path: str) -> bool:
    """Whether nginx serves the second of two requests from its cache."""
    for _ in range(20):
        client.get(path)
        if client.get(path).headers["X-Cache"] == "HIT":
            return True
    return False


def test_a_page_is_served_by_tls_and_http_2_and_cached_for_a_moment(site: Site) -> None:
    with site.client() as client:
        page = client.get("/")
        assert (page.status_code, page.http_version) == (200, "HTTP/2")
        assert page.headers["Strict-Transport-Security"]
        assert page.headers["Content-Encoding"] in ("br", "gzip")
        assert page.headers["Server"] == "nginx"
        assert is_hit(client, "/")
        assert is_hit(client, "/search?q=engineering")
        tag = client.get("/").headers["ETag"]
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


def read_log(site: Site, last: str) -> str:
    """Return the log, once it has the last request: nginx writes a line after its response."""
    deadline = time.monotonic() + LOG_SECONDS
    while last not in (text := (site.folder / "bookshop.log").read_text()):
        assert time.monotonic() < deadline, text
        time.sleep(0.01)
    return text


def test_the_log_has_no_key_to_an_order(site: Site) -> None:
    addresses = {
        "/orders/tokensecret": "/orders/***",
        "/orders/tokensecret/status?polls=3secret": "/orders/***/status",
        "/checkout/tokensecret": "/checkout/***",
        "/checkout?item=secret": "/checkout",
        "/success?payment_intent=pi_1&payment_intent_client_secret=pi_1_secret": "/success",
        "/search?q=orders": "/search?q=orders",
    }
    with site.client() as client:
        for address in addresses:
            client.get(address, headers={"Referer": f"{site.url}/orders/referrersecret"})
    log = read_log(site, '"GET /search?q=orders"')
    for masked in addresses.values():
        assert f'"GET {masked}" ' in log
    assert "secret" not in log
    assert "secret" not in (site.folder / "nginx.log").read_text()


def test_encodings_and_fragments_are_cached_separately(site: Site) -> None:
    with site.client() as client:
        plain = client.get("/", headers={"Accept-Encoding": "identity"})
        fragment = client.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        page = client.get("/")
        assert "Content-Encoding" not in plain.headers
        assert plain.text == page.text
        assert fragment.text != page.text
        assert fragment.text in page.text


def test_a_change_is_visible_within_two_seconds(site: Site) -> None:
    with site.client() as client:
        address = client.get(f"/books/{BOOK}").headers["Location"]
        assert is_hit(client, address)
        engine = create_engine(f"sqlite:///{site.database}")
        with engine.begin() as db:
            db.execute(text("UPDATE books SET title = 'Another title' WHERE isbn = :isbn"), {"isbn": BOOK})
        engine.dispose()
        time.sleep(2)
        assert "Another title" in client.get(address, follow_redirects=True).text


def test_a_file_with_a_version_in_its_name_is_cached(site: Site) -> None:
    with site.client() as client:
        found = re.search(r'href="(/static/css/[^"]+)"', client.get("/").text)
        assert found
        assert "immutable" in client.get(found[1]).headers["Cache-Control"]
        assert is_hit(client, found[1])


def test_a_basket_is_its_shoppers_own(site: Site) -> None:
    with site.client() as ada, site.client() as ben:
        put = ada.post("/basket", data={"isbn": BOOK, "quantity": "1"})
        assert put.status_code == 303
        assert "Secure" in put.headers["Set-Cookie"]
        assert ada.get("/basket").headers["X-Cache"] in ("MISS", "BYPASS")
        assert "Content-Encoding" not in ada.get("/basket").headers
        assert BOOK in ada.get("/basket").text
        assert BOOK not in ben.get("/basket").text
        for page in (ada.get("/"), ben.get("/")):
            assert "Set-Cookie" not in page.headers
        # the cookie makes no difference to a public page
        assert is_hit(ada, "/")


def test_a_clients_address_is_known_and_cannot_be_forged(site: Site) -> None:
    forged = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=192.0.2.1",
    }
    with site.client(OTHER_ADDRESS, headers=forged) as client:
        form = dict(HIDDEN_FIELD.findall(client.get(f"/checkout?item={BOOK}").text)) | DETAILS
        assert client.post("/checkout", data=form).status_code == 303
        evil = {"Origin": "https://evil.example"}
        assert client.post("/checkout", data=form, headers=evil).status_code == 403
    engine = create_engine(f"sqlite:///{site.database}")
    with engine.connect() as db:
        known = set(db.execute(text("SELECT actor_hash FROM attempts")).scalars())
    engine.dispose()
    assert keyed_hash(ENVIRONMENT["SECRET_KEY"], OTHER_ADDRESS) in known
    assert keyed_hash(ENVIRONMENT["SECRET_KEY"], "192.0.2.1") not in known


def test_stripes_events_arrive_unchanged(site: Site) -> None:
    intent = {"id": "pi_1", "object": "payment_intent", "metadata": {"padding": "x" * 100_000}}
    event = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False}
    body = json.dumps({**event, "created": int(time.time()), "data": {"object": intent}})
    moment = int(time.time())
    secret = ENVIRONMENT["STRIPE_WEBHOOK_SECRET"].encode()
    signature = hmac.new(secret, f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}
    with site.client() as client:
        assert client.post("/stripe/webhook", content=body, headers=headers).status_code == 200
        assert client.post("/stripe/webhook", content=body + " ", headers=headers).status_code == 400
    with site.client(http2=False) as client:
        assert client.post("/stripe/webhook", content=b"x" * 300_000).status_code == 413


def test_a_request_without_tls_is_redirected(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.http_port}/books/{BOOK}?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{site.url}/books/{BOOK}?a=1")


def test_doctor_sees_through_nginx(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.folder / "certificate"))
    deployment = a_deployment(some_settings(SHOP_URL=site.url, TRUSTED_PROXIES="1"))
    states = {result.name: result.state for result in asyncio.run(check_address(deployment))}
    # the site's own is valid for a day
    assert states.pop("Certificate") is State.PROBLEM
    assert states == dict.fromkeys(("Shop’s address", "HSTS", "Proxies"), State.OK)
