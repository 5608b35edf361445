"""Wallets ask for a payment by the Payment Request API, inside Stripe's frames."""

import pytest
from playwright.async_api import Page

from tests.journeys.steps import HAMMING_ISBN, card_form, reach_payment

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# a SecurityError if the page around it does not allow this frame to ask; for a method that is an address,
# Chromium would download a manifest
ASK = """
new PaymentRequest(
  [{ supportedMethods: "basic-card" }],
  { total: { label: "A book", amount: { currency: "SGD", value: "23.00" } } },
).constructor.name
"""


async def test_stripes_frame_may_ask_for_a_payment(page: Page) -> None:
    await reach_payment(page)
    frame = card_form(page).locator("body")
    assert await frame.evaluate("document.featurePolicy.allowsFeature('payment')")
    assert await frame.evaluate(ASK) == "PaymentRequest"


async def test_no_other_page_may_ask_for_a_payment(page: Page) -> None:
    for path in ("/", f"/books/{HAMMING_ISBN}", "/basket"):
        await page.goto(path)
        assert not await page.evaluate("document.featurePolicy.allowsFeature('payment')"), path
