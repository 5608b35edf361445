"""A shop to measure: its database, its Stripe, and the servers in front of it."""

import asyncio
import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from sqlalchemy import Connection

from bench.client import BROWSER, Answer, Browser
from bench.machine import LOAD_CORE, Server, serving
from bookshop.catalogue.samples import load_samples
from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.orders.payment_store import set_intent
from bookshop.orders.store import add_order
from bookshop.schema import stock
from tests.builders import ENVIRONMENT, a_book, an_order, store_book
from tests.processes import SIMULATOR_SECRET, free_port

PLENTY = 10_000_000
WAITING_ORDERS = 2000
LINK = re.compile(r'href="(/[^"#]*)"')
ABOUT_TRANSFER = ("date", "server", "connection", "content-length", "set-cookie")


@dataclass(frozen=True)
class Site:
    """A shop on disk, which servers come and go in front of."""

    folder: Path
    env: dict[str, str]
    tokens: Sequence[str]

    @contextmanager
    def shop(self, stripe: str = "") -> Iterator[Server]:
        """The shop as `bookshop serve` serves it, with one worker; by default its Stripe is nowhere."""
        port = free_port()
        command = [sys.executable, "-m", "bookshop", "serve", "--bind", f"127.0.0.1:{port}"]
        with serving(
            command, self.folder, self.env | ({"STRIPE_API_BASE": stripe} if stripe else {}), port
        ) as it:
            yield it

    @contextmanager
    def cold_shop(self) -> Iterator[Server]:
        """The shop without its page cache."""
        port = free_port()
        with serving([sys.executable, "-m", "bench.shop", str(port)], self.folder, self.env, port) as it:
            yield it

    @contextmanager
    def stripe_stub(self) -> Iterator[Server]:
        """Stripe that answers at once."""
        port = free_port()
        command = [sys.executable, "-m", "bench.stripe_stub", str(port)]
        with serving(command, self.folder, {}, port, LOAD_CORE) as it:
            yield it

    @contextmanager
    def simulator(self) -> Iterator[Server]:
        """Stripe as tests know it."""
        port = free_port()
        command = [sys.executable, "-m", "bookshop", "simulator", "--port", str(port)]
        command += ["--webhook-url", f"http://127.0.0.1:{free_port()}/", "--webhook-secret", SIMULATOR_SECRET]
        with serving(command, self.folder, {}, port, LOAD_CORE) as it:
            yield it

    @contextmanager
    def floor(self, kind: str, answer: Answer) -> Iterator[Server]:
        """Hypercorn with the same loop, and an application that gives always this answer."""
        port, path = free_port(), self.folder / f"{kind}.json"
        headers = [header for header in answer.headers if header[0] not in ABOUT_TRANSFER]
        headers.append(("content-length", str(len(answer.body))))
        path.write_text(json.dumps({"headers": headers, "body": b64encode(answer.body).decode()}))
        command = [sys.executable, "-m", "hypercorn", f"bench.floors:create_{kind}()"]
        command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "uvloop"]
        with serving(command, self.folder, {"BENCH_ANSWER": str(path)}, port) as it:
            yield it


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """A shop with the sample books, more of each than any run sells, and orders whose payment is awaited."""
    env = {**ENVIRONMENT, "DATABASE_URL": f"sqlite:///{folder}/bookshop.db", "SHOP_URL": "http://127.0.0.1"}
    yield Site(folder, env, asyncio.run(fill(env["DATABASE_URL"])))


async def fill(url: str) -> list[str]:
    """Write everything that is needed; answers the tokens of the orders."""
    database = open_database(url)
    await database.write(migrate)
    await database.write(load_samples, "SGD")
    tokens = await database.write(place_orders)
    await database.write(deliver)
    await database.close()
    return tokens


def place_orders(db: Connection) -> list[str]:
    """Orders that wait for their payment."""
    book = store_book(db, a_book())
    orders = [an_order(book) for _ in range(WAITING_ORDERS)]
    for order in orders:
        add_order(db, order)
        set_intent(db, order, f"pi_{order.id}_{order.total.minor}", "processing")
    return [order.token for order in orders]


def deliver(db: Connection) -> None:
    """More copies of every book than are ever sold."""
    db.execute(stock.update().values(on_hand=PLENTY))


def fetch(server: Server, path: str, **headers: str) -> Answer:
    """Ask once, as a browser does."""

    async def ask() -> Answer:
        browser = Browser(server.port)
        answer = await browser.ask(path, headers={**BROWSER, **headers})
        browser.close()
        return answer

    return asyncio.run(ask())


def addresses(server: Server) -> dict[str, str]:
    """One address of every public kind, as a shopper would find them."""
    home = fetch(server, "/", **{"Accept-Encoding": "identity"}).body.decode()
    links = [unescape(link) for link in LINK.findall(home)]
    return {
        "home": "/",
        "subject": next(link for link in links if "subject" in link),
        "book": next(link for link in links if link.startswith("/books/")),
        "search": "/search?q=the",
    }


def files(server: Server, path: str = "/") -> list[str]:
    """The styles and scripts that a page loads."""
    page = fetch(server, path, **{"Accept-Encoding": "identity"}).body.decode()
    found = re.findall(r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*href|script[^>]*src)="(/[^"]+)"', page)
    return [unescape(one) for one in found]
