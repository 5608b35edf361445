"""A shop under hypercorn, the simulator beside it, and a real browser."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Connection

from bookshop.catalogue.samples import load_samples
from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.schema import stock
from tests.builders import ENVIRONMENT
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_shop, running_simulator

PLENTY = 1000
# the last is what Chromium says when a page fades into its own error page
REFUSED = (
    "Failed to load resource",
    "htmx: htmx:error: Failed to fetch",
    "Transition was aborted because of invalid state",
)
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    """A shop and its Stripe, each a process."""

    shop: Process
    stripe: Process
    env: dict[str, str]
    folder: Path

    @property
    def account(self) -> Account:
        """Return the shop's account at the simulator."""
        return Account(self.stripe.url)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a shop with the sample books and two workers."""
    folder = tmp_path_factory.mktemp("site")
    shop_port, stripe_port = free_port(), free_port()
    with running_simulator(folder / "simulator.log", stripe_port, shop_port) as stripe:
        env = environment(folder, shop_port, stripe.url)
        asyncio.run(fill_shelves(env["DATABASE_URL"]))
        with running_shop(folder / "shop.log", shop_port, env, folder, workers=2) as shop:
            yield Site(shop, stripe, env, folder)


def environment(folder: Path, port: int, stripe: str) -> dict[str, str]:
    """Return the settings of the shop's process."""
    return {
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{folder}/bookshop.db",
        "SHOP_URL": f"http://127.0.0.1:{port}",
        "STRIPE_API_BASE": stripe,
        "STRIPE_JS_URL": f"{stripe}/endive/stripe.js",
    }


async def fill_shelves(url: str) -> None:
    """Load the sample books, with so many copies that no journey buys the last."""
    database = open_database(url)
    await database.write(migrate)
    await database.write(load_samples, "SGD")
    await database.write(deliver)
    await database.close()


def deliver(db: Connection) -> None:
    db.execute(stock.update().where(stock.c.on_hand > 2).values(on_hand=PLENTY))


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser, site: Site) -> AsyncIterator[BrowserContext]:
    """Return a browser profile without cookies or cache."""
    context = await chromium.new_context(base_url=site.shop.url)
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """Open a page; an error in its console fails the test, except for refused requests."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [text for text in complaints if not text.startswith(REFUSED)] == []
