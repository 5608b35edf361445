"""A shop to measure: its database, its Stripe, and the servers to compare it with."""

import asyncio
import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from sqlalchemy import Connection

from bench.client import BROWSER_HEADERS, Browser, HttpResponse
from bench.machine import LOAD_CORE, Server, serving
from bookshop.catalogue.samples import load_samples
from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.orders.store import add_order
from bookshop.schema import stock
from tests.builders import ENVIRONMENT, a_book, an_order, store_book
from tests.processes import SIMULATOR_SECRET, free_port

COPIES = 10_000_000
WAITING_ORDERS = 2000
LINK = re.compile(r'href="(/[^"#]*)"')
TRANSFER_HEADERS = ("date", "server", "connection", "content-length", "set-cookie")


@dataclass(frozen=True)
class Site:
    """A shop's folder, its environment, and the tokens of its waiting orders."""

    folder: Path
    env: dict[str, str]
    tokens: Sequence[str]

    def behind_proxy(self) -> "Site":
        """Return the same site, whose shop believes what the proxy says of its clients' networks."""
        return replace(self, env={**self.env, "TRUSTED_PROXIES": "1"})

    @contextmanager
    def shop(self, stripe: str = "") -> Iterator[Server]:
        """Serve the shop as its systemd unit does, with one worker; by default without a Stripe."""
        port = free_port()
        command = [sys.executable, "-OO", "-m", "bookshop", "serve", "--bind", f"127.0.0.1:{port}"]
        with serving(
            command, self.folder, self.env | ({"STRIPE_API_BASE": stripe} if stripe else {}), port
        ) as it:
            yield it

    @contextmanager
    def cold_shop(self) -> Iterator[Server]:
        """Serve the shop without its page cache."""
        port = free_port()
        with serving([sys.executable, "-m", "bench.shop", str(port)], self.folder, self.env, port) as it:
            yield it

    @contextmanager
    def stripe_stub(self) -> Iterator[Server]:
        """Serve the stub of Stripe that responds at once."""
        port = free_port()
        command = [sys.executable, "-m", "bench.stripe_stub", str(port)]
        with serving(command, self.folder, {}, port, LOAD_CORE) as it:
            yield it

    @contextmanager
    def simulator(self) -> Iterator[Server]:
        """Serve the Stripe simulator."""
        port = free_port()
        command = [sys.executable, "-m", "bookshop", "simulator", "--port", str(port)]
        command += ["--webhook-url", f"http://127.0.0.1:{free_port()}/", "--webhook-secret", SIMULATOR_SECRET]
        with serving(command, self.folder, {}, port, LOAD_CORE) as it:
            yield it

    @contextmanager
    def floor(self, kind: str, response: HttpResponse) -> Iterator[Server]:
        """Serve an application that always sends this response, on the same server and event loop."""
        port, path = free_port(), self.folder / f"{kind}.json"
        headers = [header for header in response.headers if header[0] not in TRANSFER_HEADERS]
        headers.append(("content-length", str(len(response.body))))
        path.write_text(json.dumps({"headers": headers, "body": b64encode(response.body).decode()}))
        command = [sys.executable, "-m", "hypercorn", f"bench.floors:create_{kind}()"]
        command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "uvloop"]
        with serving(command, self.folder, {"BENCH_RESPONSE": str(path)}, port) as it:
            yield it


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """Create a shop with sample books, plenty of stock, and orders waiting for payment."""
    env = {**ENVIRONMENT, "DATABASE_URL": f"sqlite:///{folder}/bookshop.db", "SHOP_URL": "http://127.0.0.1"}
    yield Site(folder, env, asyncio.run(fill(env["DATABASE_URL"])))


async def fill(url: str) -> list[str]:
    """Fill the database; return the tokens of the waiting orders."""
    database = open_database(url)
    await database.write(migrate)
    await database.write(load_samples, "SGD")
    tokens = await database.write(place_orders)
    await database.write(fill_stock)
    await database.close()
    return tokens


def place_orders(db: Connection) -> list[str]:
    """Store orders that wait for their payment; return their tokens."""
    book = store_book(db, a_book())
    orders = [an_order(book) for _ in range(WAITING_ORDERS)]
    for order in orders:
        add_order(db, order)
    return [order.token for order in orders]


def fill_stock(db: Connection) -> None:
    db.execute(stock.update().values(on_hand=COPIES))


def fetch(server: Server, path: str, **headers: str) -> HttpResponse:
    """Send one request with a browser's headers."""

    async def send() -> HttpResponse:
        browser = Browser(server.port)
        response = await browser.send(path, headers={**BROWSER_HEADERS, **headers})
        browser.close()
        return response

    return asyncio.run(send())


def find_pages(server: Server) -> dict[str, str]:
    """Return one path of every kind of public page, found by following links."""
    home = fetch(server, "/", **{"Accept-Encoding": "identity"}).body.decode()
    links = [unescape(link) for link in LINK.findall(home)]
    return {
        "home": "/",
        "subject": next(link for link in links if "subject" in link),
        "book": next(link for link in links if link.startswith("/books/")),
        "search": "/search?q=the",
    }


def find_assets(server: Server, path: str = "/") -> list[str]:
    """Return the paths of the styles and scripts that a page loads."""
    page = fetch(server, path, **{"Accept-Encoding": "identity"}).body.decode()
    found = re.findall(r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*href|script[^>]*src)="(/[^"]+)"', page)
    return [unescape(one) for one in found]
