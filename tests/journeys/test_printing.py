"""A printed receipt is one page of A4 or Letter, with nothing cut off."""

import re

import pytest
from playwright.async_api import Page

from tests.journeys.steps import pay, reach_payment, read_charge

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# in CSS pixels, without the margins of 18 mm
WIDTHS = {"A4": 657, "Letter": 679}


@pytest.mark.parametrize("paper", WIDTHS)
async def test_a_receipt_fits_on_one_page(page: Page, paper: str) -> None:
    await reach_payment(page)
    await pay(page)
    await read_charge(page)
    document = await page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", document)) == 1
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": WIDTHS[paper], "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
