"""A shopper pays with a wallet or by scanning a QR code, with JavaScript and without."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.steps import (
    HAMMING_ISBN,
    await_card_form,
    card_form,
    fill_details,
    reach_payment,
    read_charge,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QR_CODE = 'iframe[title="QR code"]'


@pytest_asyncio.fixture(loop_scope="session")
async def hosted(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    """Open Stripe's page in a browser in which no script runs."""
    context = await chromium.new_context(base_url=site.shop.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await page.get_by_role("button", name="Pay on Stripe’s page").click()
    yield page
    await context.close()


async def pay_with(page: Page, name: str) -> None:
    await card_form(page).get_by_label(name).check()
    await page.get_by_role("button", name=re.compile("[Pp]ay S")).click()


async def test_a_wallet_pays(page: Page) -> None:
    await reach_payment(page)
    await pay_with(page, "GrabPay")
    await page.get_by_role("button", name="Fail test payment").click()
    await expect(page.get_by_text("The last payment did not go through.")).to_be_visible()
    await page.get_by_role("link", name="Pay S$23.00").click()
    await await_card_form(page)
    await pay_with(page, "GrabPay")
    await page.get_by_role("button", name="Authorize test payment").click()
    await read_charge(page)
    await expect(page.get_by_text("Paid with GrabPay")).to_be_visible()


async def test_a_wallet_that_is_left_has_its_own_words(page: Page) -> None:
    await reach_payment(page)
    pay_page = page.url
    await pay_with(page, "GrabPay")
    await expect(page.get_by_role("button", name="Authorize test payment")).to_be_visible()
    await page.goto(pay_page.replace("/checkout/", "/orders/"))
    await expect(page.get_by_text("Your wallet or bank is waiting for you.")).to_be_visible()
    await page.get_by_role("link", name="Start the payment again").click()
    await expect(page.get_by_text("Your wallet or bank is waiting for you.")).to_be_visible()
    await await_card_form(page)


async def test_a_code_is_scanned(page: Page) -> None:
    await reach_payment(page)
    pay_page = page.url
    await pay_with(page, "PayNow")
    code = page.frame_locator(QR_CODE)
    await expect(code.get_by_alt_text("A QR code")).to_be_visible()
    other = await page.context.new_page()
    await other.goto(pay_page.replace("/checkout/", "/orders/"))
    await expect(other.get_by_text("The QR code is waiting to be scanned.")).to_be_visible()
    await code.get_by_role("button", name="Let the code expire").click()
    error = page.locator("[data-part=error]")
    await expect(error).to_contain_text("The QR code has expired")
    await expect(error).to_contain_text("pay in another way")
    await pay_with(page, "PayNow")
    await code.get_by_role("button", name="Simulate scan").click()
    await read_charge(page)
    await expect(page.get_by_text("Paid with PayNow")).to_be_visible()


async def test_a_wallet_pays_on_stripes_page(hosted: Page) -> None:
    for button in ("Fail test payment", "Authorize test payment"):
        await hosted.get_by_label("GrabPay").check()
        await hosted.get_by_role("button", name="Pay S$23.00").click()
        await hosted.get_by_role("button", name=button).click()
    await read_charge(hosted)
    await expect(hosted.get_by_text("Paid with GrabPay")).to_be_visible()


async def test_a_code_is_scanned_on_stripes_page(hosted: Page) -> None:
    for button in ("Let the code expire", "Simulate scan"):
        await hosted.get_by_label("PayNow").check()
        await hosted.get_by_role("button", name="Pay S$23.00").click()
        await hosted.get_by_role("button", name=button).click()
    await read_charge(hosted)
    await expect(hosted.get_by_text("Paid with PayNow")).to_be_visible()
