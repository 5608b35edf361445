"""The command bin/screenshots."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
from playwright.async_api import Browser, Page, async_playwright

from bookshop.database import open_database
from bookshop.migrations import migrate
from tests.conftest import BROWSER_ARGUMENTS, BROWSERS
from tests.journeys.conftest import Site, environment
from tests.journeys.office_steps import open_office, store_orders
from tests.journeys.test_office_pages import list_office_paths
from tests.journeys.test_rare_pages import serve_states
from tests.processes import free_port, running_shop, running_simulator
from tests.screenshots.shelves import SHOPS
from tests.screenshots.steps import Step, go_to, list_steps

SIZES = {"desktop": (1280, 900), "phone": (375, 812)}
LOOKS: dict[str, dict[str, Any]] = {
    f"{size}-{scheme}": {
        "viewport": {"width": width, "height": height},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    for size, (width, height) in SIZES.items()
    for scheme in ("light", "dark")
}
# not wait_for_function, which the pages' content policy forbids
LOAD_ALL = """
Promise.all(Array.from(document.images, (each) => {
  each.loading = "eager";
  return each.decode().catch(() => {});
}))
"""
# the menu is read as often as the shop sweeps
SETTINGS = {
    "SHOP_ADDRESS": "12 Example Road, Singapore",
    "SHOP_HOURS": "Every day, 10 am to 8 pm",
    "SWEEP_SECONDS": "60",
}


async def take_all(folder: Path, part: str) -> None:
    """Take the pages whose names contain this part."""
    async with open_browser() as browser:
        for shop in SHOPS:
            async with open_shop(shop) as (site, paths):
                steps = {f"{shop}-{name}": step for name, step in list_steps(shop, paths)}
                await take_shop(browser, site, folder, {name: steps[name] for name in steps if part in name})
                if shop == "samples" and part in "office":
                    await take_office(browser, site, folder)


async def take_shop(browser: Browser, site: Site, folder: Path, steps: Mapping[str, Step]) -> None:
    for name, step in steps.items():
        for look, options in LOOKS.items():
            context = await browser.new_context(base_url=site.shop.url, **options)
            page = await context.new_page()
            await serve_states(page, site)
            await step(page)
            await take(page, folder / f"{name}-{look}.png")
            await context.close()
        click.echo(name)


async def take_office(browser: Browser, site: Site, folder: Path) -> None:
    orders = await store_orders(site, 9)
    for look, options in LOOKS.items():
        context = await open_office(browser, site, **options)
        page = await context.new_page()
        for number, path in enumerate(list_office_paths(orders)):
            await go_to(path)(page)
            await take(page, folder / f"office-{number:02}-{look}.png")
        await context.close()
    click.echo("office")


async def take(page: Page, file: Path) -> None:
    """Take the whole page, with the pictures that a browser loads when they come into view."""
    await page.evaluate(LOAD_ALL)
    await page.screenshot(path=file, full_page=True)


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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="screenshots")
@click.option("--only", default="", help="Take pages whose names contain this.")
def take_screenshots(folder: Path, only: str) -> None:
    """Take screenshots of every page and state."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all(folder, only))


if __name__ == "__main__":
    take_screenshots(prog_name="bin/screenshots")
