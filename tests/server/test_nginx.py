"""The nginx configuration of docs/deploy, with a real nginx in front of a real shop."""

import hashlib
import hmac
import json
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from bookshop.checkout.order_limit import keyed_hash
from tests.builders import ENVIRONMENT
from tests.processes import Process, free_port, running
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run
from tests.shopper import DETAILS, HIDDEN

CONFIGURATION = Path(__file__).parents[2] / "docs/deploy/nginx.conf"
NAME = "books.example.com"
BOOK = "9781732265172"
ELSEWHERE = "127.0.0.2"


@dataclass(frozen=True)
class Front:
    """nginx, as somebody in the world sees it."""

    https: int
    http: int
    certificate: Path
    database: Path

    def client(self, address: str = "127.0.0.1", *, http2: bool = True, **options: object) -> httpx.Client:
        """A browser that trusts the certificate, at an address of its own."""
        trust = ssl.create_default_context(cafile=str(self.certificate))
        transport = httpx.HTTPTransport(verify=trust, http2=http2, local_address=address)
        return httpx.Client(transport=transport, base_url=self.url, **options)  # type: ignore[arg-type]  # httpx's own

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, simulator: Process) -> Iterator[Front]:
    """A shop with the sample books behind nginx with the configuration of the documentation."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        complain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        complain("no nginx or no openssl on this machine")
    folder = tmp_path_factory.mktemp("nginx")
    shop_port, found = (
        free_port(),
        Front(free_port(), free_port(), folder / "certificate", folder / "shop.db"),
    )
    make_certificate(folder)
    (folder / "nginx.conf").write_text(adapt(folder, shop_port, found))
    env = {
        **clean_environment(),
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{found.database}",
        "SHOP_URL": found.url,
        "STRIPE_API_BASE": simulator.url,
        "TRUSTED_PROXIES": "1",
    }
    assert run(["migrate", "--with-samples"], folder, **env).returncode == 0
    serve = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{shop_port}"]
    nginx = ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with (
        running(serve, shop_port, folder / "shop.log", env, folder),
        running(nginx, found.http, folder / "nginx.log", cwd=folder),
    ):
        yield found


def make_certificate(folder: Path) -> None:
    """A certificate for this machine, made by itself."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def adapt(folder: Path, shop_port: int, front: Front) -> str:
    """The configuration with what is this machine's own: its names, ports and folders, and nothing else."""
    site = CONFIGURATION.read_text()
    for pattern, value in (
        (r"listen \[::\].*\n", "\n"),
        (r"listen 80;", f"listen 127.0.0.1:{front.http};"),
        (r"listen 443 ", f"listen 127.0.0.1:{front.https} "),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{shop_port}"),
        (rf"https://{NAME}\$", f"{front.url}$"),
        (rf"server_name {NAME}", "server_name localhost"),
        (rf"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(front.certificate)),
        (rf"/etc/letsencrypt/live/{NAME}/privkey.pem", str(folder / "key")),
        (r"/var/cache/nginx/bookshop", str(folder / "cache")),
    ):
        site, count = re.subn(pattern, value, site)
        assert count, pattern
    assert NAME not in re.sub("#.*", "", site)
    own = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # as in Debian's own configuration around it
    own += "gzip on;\n"
    head = f"daemon off; user {getuser()}; pid {folder}/pid; error_log stderr warn; events {{}}\n"
    return f"{head}http {{ access_log off;\n{own}{site}}}\n"


def is_hit(client: httpx.Client, path: str) -> bool:
    """Whether nginx answers by itself when it is asked twice within a moment."""
    for _ in range(20):
        client.get(path)
        if client.get(path).headers["X-Cache"] == "HIT":
            return True
    return False


def test_a_page_comes_by_tls_and_http_2_and_is_kept_for_a_moment(front: Front) -> None:
    with front.client() as client:
        page = client.get("/")
        assert (page.status_code, page.http_version) == (200, "HTTP/2")
        assert page.headers["Strict-Transport-Security"]
        assert page.headers["Content-Encoding"] in ("br", "gzip")
        assert page.headers["Server"] == "nginx"
        assert is_hit(client, "/")
        assert is_hit(client, "/search?q=engineering")
        tag = client.get("/").headers["ETag"]
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


def test_encodings_and_fragments_are_kept_apart(front: Front) -> None:
    with front.client() as client:
        plain = client.get("/", headers={"Accept-Encoding": "identity"})
        fragment = client.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        page = client.get("/")
        assert "Content-Encoding" not in plain.headers
        assert plain.text == page.text
        assert fragment.text != page.text
        assert fragment.text in page.text


def test_what_changes_is_seen_within_two_seconds(front: Front) -> None:
    with front.client() as client:
        address = client.get(f"/books/{BOOK}").headers["Location"]
        assert is_hit(client, address)
        engine = create_engine(f"sqlite:///{front.database}")
        with engine.begin() as db:
            db.execute(text("UPDATE books SET title = 'Another title' WHERE isbn = :isbn"), {"isbn": BOOK})
        engine.dispose()
        time.sleep(2)
        assert "Another title" in client.get(address, follow_redirects=True).text


def test_a_file_with_a_version_in_its_name_is_kept(front: Front) -> None:
    with front.client() as client:
        found = re.search(r'href="(/static/css/[^"]+)"', client.get("/").text)
        assert found
        assert "immutable" in client.get(found[1]).headers["Cache-Control"]
        assert is_hit(client, found[1])


def test_a_basket_is_its_shoppers_own(front: Front) -> None:
    with front.client() as ada, front.client() as ben:
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


def test_who_comes_is_known_and_cannot_be_invented(front: Front) -> None:
    forged = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=192.0.2.1",
    }
    with front.client(ELSEWHERE, headers=forged) as client:
        form = dict(HIDDEN.findall(client.get(f"/checkout?item={BOOK}").text)) | DETAILS
        assert client.post("/checkout", data=form).status_code == 303
        evil = {"Origin": "https://evil.example"}
        assert client.post("/checkout", data=form, headers=evil).status_code == 403
    engine = create_engine(f"sqlite:///{front.database}")
    with engine.connect() as db:
        known = set(db.execute(text("SELECT actor_hash FROM attempts")).scalars())
    engine.dispose()
    assert keyed_hash(ENVIRONMENT["SECRET_KEY"], ELSEWHERE) in known
    assert keyed_hash(ENVIRONMENT["SECRET_KEY"], "192.0.2.1") not in known


def test_stripes_events_come_through_whole(front: Front) -> None:
    intent = {"id": "pi_1", "object": "payment_intent", "metadata": {"padding": "x" * 100_000}}
    event = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False}
    body = json.dumps({**event, "created": int(time.time()), "data": {"object": intent}})
    moment = int(time.time())
    secret = ENVIRONMENT["STRIPE_WEBHOOK_SECRET"].encode()
    signature = hmac.new(secret, f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}
    with front.client() as client:
        assert client.post("/stripe/webhook", content=body, headers=headers).status_code == 200
        assert client.post("/stripe/webhook", content=body + " ", headers=headers).status_code == 400
    with front.client(http2=False) as client:
        assert client.post("/stripe/webhook", content=b"x" * 300_000).status_code == 413


def test_whoever_comes_without_tls_is_sent_to_where_it_is(front: Front) -> None:
    answer = httpx.get(f"http://127.0.0.1:{front.http}/books/{BOOK}?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{front.url}/books/{BOOK}?a=1")
