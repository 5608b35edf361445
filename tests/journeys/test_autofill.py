"""A browser that knows the shopper's address fills in every part of it."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.journeys.steps import HAMMING_ISBN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


# a headless shell has no addresses to fill in
@pytest.fixture
def chromium(whole_chromium: Browser) -> Browser:
    return whole_chromium


ADDRESS = {
    "NAME_FULL": "Mei Tan",
    "EMAIL_ADDRESS": "mei@example.com",
    "ADDRESS_HOME_LINE1": "8 Example Walk",
    "ADDRESS_HOME_LINE2": "#03-11",
    "ADDRESS_HOME_CITY": "Singapore",
    "ADDRESS_HOME_ZIP": "098585",
    "ADDRESS_HOME_COUNTRY": "SG",
}


async def autofill(context: BrowserContext, page: Page, selector: str) -> None:
    """Choose the address in the browser's list below a field."""
    session = await context.new_cdp_session(page)
    address = {"fields": [{"name": name, "value": value} for name, value in ADDRESS.items()]}
    await session.send("Autofill.enable")
    await session.send("Autofill.setAddresses", {"addresses": [address]})
    root = (await session.send("DOM.getDocument"))["root"]["nodeId"]
    node = await session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    described = await session.send("DOM.describeNode", {"nodeId": node["nodeId"]})
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    field = {"fieldId": described["node"]["backendNodeId"], "frameId": frame}
    await session.send("Autofill.trigger", {**field, "address": address})


async def test_the_unit_number_is_not_lost(context: BrowserContext, page: Page) -> None:
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await autofill(context, page, "#street")
    for label, value in (
        ("Email", "mei@example.com"),
        ("Full name", "Mei Tan"),
        ("Address", "8 Example Walk"),
        ("Apartment, unit, floor (optional)", "#03-11"),
        ("City (optional)", "Singapore"),
        ("Postcode", "098585"),
        ("Country", "SG"),
    ):
        await expect(page.get_by_label(label, exact=True)).to_have_value(value)
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_text("delivered to 8 Example Walk, #03-11, SINGAPORE 098585")).to_be_visible()
