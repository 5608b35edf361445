"""An order's page in a browser: typed text stays, and a slip follows its form."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.office_steps import open_office, store_orders

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_order_is_packed_while_a_note_is_typed(chromium: Browser, site: Site) -> None:
    (order,) = await store_orders(site, 1)
    context = await open_office(chromium, site)
    page = await context.new_page()
    await page.goto(f"/office/orders/{order.id}")
    await page.get_by_label("Note for colleagues").fill("Ring first")
    await page.get_by_role("button", name="Pack", exact=True).click()
    await expect(page.get_by_role("status").get_by_text("Packed: Pride and Prejudice.")).to_be_visible()
    await expect(page.get_by_label("Note for colleagues")).to_have_value("Ring first")
    await page.get_by_role("button", name="Undo").first.click()
    await expect(page.get_by_role("status").get_by_text("Undone: packing.")).to_be_visible()
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_label("Note for colleagues")).to_have_value("")
    await expect(page.get_by_text("Ring first").first).to_be_visible()
    await page.get_by_label("Note for colleagues").fill("Wrap it")
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("Wrap it").first).to_be_visible()
    await expect(page.get_by_label("Note for colleagues")).to_have_value("")
    await check_ended_session(page)
    await check_slip(page)
    await context.close()


async def check_ended_session(page: Page) -> None:
    """The notice is seen far down the page, and leaves with the next request."""
    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await page.get_by_label("Note for colleagues").fill("By bicycle")
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("Your session has ended.")).to_be_in_viewport()
    await page.context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("By bicycle").first).to_be_visible()
    await expect(page.get_by_text("Your session has ended.")).to_be_hidden()


async def check_slip(page: Page) -> None:
    """The sum in the button is the one of the form, whatever was changed last."""
    await page.get_by_role("button", name="Refund").click()
    await page.get_by_label("All that is left").check()
    await expect(page.get_by_role("button", name="Refund S$16.90")).to_be_visible()
    await page.get_by_label("An amount").check()
    await page.get_by_label("Amount in SGD").fill("2.50")
    await page.get_by_label("Reason").focus()
    await expect(page.get_by_role("button", name="Refund S$2.50")).to_be_visible()
