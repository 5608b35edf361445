"""Nothing covers the centre of a control, on narrow screens and without JavaScript."""

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.conftest import Site
from tests.journeys.steps import HAMMING_ISBN, fill_details

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTHS = (320, 375, 414)
BOOKS = (HAMMING_ISBN, "9780578675862")
PLACES = ("/", f"/books/{HAMMING_ISBN}", "/search?q=the", "/search?q=xyzzy", "/picks", "/subjects", "/basket")
# a link may lie under another part of the same link, and a field under its label
FIND_COVERED = """() => {
  const covered = [];
  for (const control of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    control.scrollIntoView({ block: "center", behavior: "instant" });
    const box = [...control.getClientRects()].find((each) => each.width > 1 && each.height > 1);
    if (!box || !control.checkVisibility({ visibilityProperty: true }) || box.bottom <= 0) continue;
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const isSameLink = control.href && hit?.closest("a")?.href === control.href;
    if (hit && (control.contains(hit) || isSameLink || hit.closest("label")?.control === control)) continue;
    covered.push(`${control.outerHTML.slice(0, 120)} lies under ${hit?.outerHTML.slice(0, 80)}`);
  }
  return covered;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def check(page: Page, where: str) -> None:
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate(FIND_COVERED) == [], f"{where} at {width} px"
        assert await page.evaluate(OVERFLOW) == 0, f"{where} at {width} px"


@pytest.mark.parametrize("has_javascript", [True, False])
async def test_nothing_covers_a_control(chromium: Browser, site: Site, has_javascript: bool) -> None:
    context = await chromium.new_context(
        base_url=site.shop.url, java_script_enabled=has_javascript, reduced_motion="reduce"
    )
    page = await context.new_page()
    for path in PLACES:
        await page.goto(path)
        await check(page, path)
    for isbn in BOOKS:
        await context.request.post(f"{site.shop.url}/basket", form={"isbn": isbn, "quantity": "12"})
    for path in ("/basket", "/checkout"):
        await page.goto(path)
        await check(page, f"{path} with books")
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await page.get_by_role("heading", name="Payment").wait_for()
    await check(page, "payment")
    await page.goto(page.url.replace("/checkout/", "/orders/"))
    await check(page, "receipt")
    await context.close()
