"""A browser that refuses cookies is told so, and buys one book without them."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import BROWSER_ARGUMENTS, BROWSERS
from tests.journeys.conftest import PATIENCE, Site
from tests.journeys.steps import HAMMING_ISBN, fill_details, pay, read_charge

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REFUSE_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}


@asynccontextmanager
async def refusing_page(browser: Browser, site: Site, folder: Path, *, scripts: bool) -> AsyncIterator[Page]:
    """Open a page in a browser whose settings refuse all cookies."""
    preferences = folder / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(REFUSE_COOKIES))
    context = await browser.browser_type.launch_persistent_context(
        folder,
        executable_path=next(filter(None, map(shutil.which, BROWSERS))),
        args=BROWSER_ARGUMENTS,
        base_url=site.shop.url,
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE)
    yield await context.new_page()
    await context.close()


async def try_basket_then_buy_now(page: Page) -> None:
    """Add a book in vain, and go on to its payment page."""
    await page.goto(f"/books/{HAMMING_ISBN}")
    await page.get_by_role("button", name="Add to basket").click()
    await expect(page.get_by_text("Your basket needs cookies")).to_be_visible()
    await page.locator(".notice").get_by_role("link", name="Buy now").click()
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()


async def test_one_book_is_bought_without_cookies(chromium: Browser, site: Site, tmp_path: Path) -> None:
    async with refusing_page(chromium, site, tmp_path, scripts=True) as page:
        await try_basket_then_buy_now(page)
        await pay(page)
        assert await read_charge(page)
        assert await page.context.cookies() == []


async def test_one_book_is_bought_without_cookies_and_scripts(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    async with refusing_page(chromium, site, tmp_path, scripts=False) as page:
        await try_basket_then_buy_now(page)
        await page.get_by_role("button", name="Pay on Stripe’s page").click()
        for field, value in (("number", "4242424242424242"), ("expiry", "12 / 34"), ("cvc", "123")):
            await page.locator(f'[name="{field}"]').fill(value)
        await page.get_by_role("button", name="Pay S$").click()
        assert await read_charge(page)
