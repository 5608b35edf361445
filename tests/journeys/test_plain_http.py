"""A shop on plain HTTP in a local network, where browsers send no Sec-Fetch-Site."""

import re
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.conftest import BROWSERS
from tests.journeys.conftest import Site
from tests.journeys.steps import HAMMING, fill_details

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# a name of this machine, since browsers trust http://localhost and http://127.0.0.1 as they trust https
HOST = "shop.lan"
ARGUMENTS = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]


@pytest_asyncio.fixture(loop_scope="session")
async def page(site: Site, chromium: object) -> AsyncIterator[Page]:
    """Open a page of the shop under its local name, without JavaScript."""
    found = next(filter(None, map(shutil.which, BROWSERS)))
    address = f"http://{HOST}:{urlsplit(site.shop.url).port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        page = await browser.new_page(base_url=address, java_script_enabled=False)
        await page.goto("/")
        yield page
        await browser.close()


async def test_a_book_is_bought_on_stripes_page(page: Page, site: Site) -> None:
    written = []
    page.on("request", lambda sent: written.append(sent) if sent.method == "POST" else None)
    await page.get_by_role("link", name=HAMMING).first.click()
    await page.get_by_role("button", name="Add to basket").click()
    await page.get_by_role("button", name=f"One more: {HAMMING}").click()
    await expect(page.get_by_label(f"Copies of {HAMMING}")).to_have_value("2")
    await page.get_by_role("link", name="Check out").click()
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await page.get_by_role("button", name="Pay on Stripe’s page").click()
    await expect(page).to_have_url(re.compile(re.escape(site.stripe.url)))
    assert written
    for sent in written:
        headers = await sent.all_headers()
        assert "sec-fetch-site" not in headers
        assert headers["origin"] == f"http://{urlsplit(sent.url).netloc}"
    await page.locator('[name="number"]').fill("4242424242424242")
    await page.locator('[name="expiry"]').fill("12 / 34")
    await page.locator('[name="cvc"]').fill("123")
    await page.get_by_role("button", name="Pay S$46.00").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Thank")
