"""Open every page and state in a real browser."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bookshop.database import open_database
from bookshop.migrations import migrate
from tests.conftest import BROWSER_ARGUMENTS, BROWSERS
from tests.every_page.shelves import SHOPS
from tests.every_page.steps import Step, go_to, list_steps
from tests.journeys.conftest import Site, environment
from tests.journeys.office_steps import open_office, store_orders
from tests.journeys.test_office_pages import list_office_paths
from tests.journeys.test_rare_pages import serve_states
from tests.processes import free_port, running_shop, running_simulator

Look = Callable[[Page, str], Awaitable[object]]
SIZES: dict[str, dict[str, Any]] = {
    f"{size}-{scheme}": {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for size, (width, height) in {"desktop": (1280, 900), "phone": (375, 812)}.items()
    for scheme in ("light", "dark")
}
# the menu is read as often as the shop sweeps
SETTINGS = {
    "SHOP_ADDRESS": "12 Example Road, Singapore",
    "SHOP_HOURS": "Every day, 10 am to 8 pm",
    "TERMS_URL": "https://shop.example/terms",
    "SWEEP_SECONDS": "60",
}


async def visit_all(look: Look, part: str = "", sizes: Sequence[str] = tuple(SIZES)) -> None:
    """Open every page whose name contains a part in each of these sizes, and look at it."""
    async with open_browser() as browser:
        for shop in SHOPS:
            async with open_shop(shop) as (site, paths):
                for name, step in list_steps(shop, paths):
                    if part in f"{shop}-{name}":
                        for size in sizes:
                            await visit(browser, site, size, f"{shop}-{name}-{size}", step, look)
                if shop == "samples" and part in "office":
                    for size in sizes:
                        await visit_office(browser, site, size, look)


async def visit(browser: Browser, site: Site, size: str, name: str, step: Step, look: Look) -> None:
    context = await browser.new_context(base_url=site.shop.url, reduced_motion="reduce", **SIZES[size])
    page = await context.new_page()
    await serve_states(page, site)
    await step(page)
    await look(page, name)
    await context.close()


async def visit_office(browser: Browser, site: Site, size: str, look: Look) -> None:
    orders = await store_orders(site, 9)
    context = await open_office(browser, site, **SIZES[size])
    page = await context.new_page()
    for number, path in enumerate(list_office_paths(orders)):
        await go_to(path)(page)
        # a few addresses are for scripts
        if await page.evaluate("document.contentType") == "text/html":
            await look(page, f"office-{number:02}-{size}")
    await context.close()


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=BROWSER_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def open_shop(name: str) -> AsyncIterator[tuple[Site, dict[str, str]]]:
    """Run a shop; returns it with the paths of books whose pages are wanted, by name."""
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data)
        shop_port, stripe_port = free_port(), free_port()
        with running_simulator(folder / "simulator.log", stripe_port, shop_port) as stripe:
            env = environment(folder, shop_port, stripe.url) | SETTINGS
            paths = await fill_shop(name, env["DATABASE_URL"])
            with running_shop(folder / "shop.log", shop_port, env, folder) as shop:
                yield Site(shop, stripe, env, folder), paths


async def fill_shop(name: str, url: str) -> dict[str, str]:
    database = open_database(url)
    await database.write(migrate)
    books = await database.write(SHOPS[name])
    await database.close()
    return {f"book-{book.slug[:40] or book.isbn}": f"/books/{book.isbn}" for book in books}
