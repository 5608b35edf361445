"""axe finds no violation on any page, light and dark, wide and narrow."""

from typing import Any, Literal, TypeAlias

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.steps import (
    CHALLENGED,
    DECLINED,
    HAMMING_ISBN,
    VISA,
    answer_challenge,
    pay,
    reach_payment,
    read_charge,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# the scheme changes colours only
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# rules for a page, which a frame in it need not follow
IN_A_FRAME = {"rules": {name: {"enabled": False} for name in ("landmark-one-main", "page-has-heading-one")}}
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
MOTION = "document.getAnimations().length"
Scheme: TypeAlias = Literal["light", "dark"]
PLACES = (
    "/",
    f"/books/{HAMMING_ISBN}",
    "/search?q=the",
    "/search?q=xyzzy",
    "/search?subject=poetry",
    "/search?q=eghbl",
    "/search?q=the&form=paperback&language=eng",
    "/picks",
    "/new",
    "/forthcoming",
    "/subjects",
    "/subjects/FB",
    "/people/weedon-grossmith",
    "/people/jane-austen",
    "/series/sherlock-holmes",
    "/publishers/stripe-press",
    "/books/9781916000001",
    "/books/9781916000308",
    "/books/9781916000353",
    "/books/9781916000537",
    "/books/9781916000599",
    "/books/9781916000759",
    "/basket",
    "/orders/find",
    "/orders/find/sent",
    "/withdraw",
    "/checkout",
    "/checkout?item=9780000000002",
    "/no-such-page",
)


# the card form takes the colours in which its page was loaded
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
async def test_every_page_is_accessible(chromium: Browser, site: Site, width: int, scheme: Scheme) -> None:
    context = await chromium.new_context(
        base_url=site.shop.url,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    page = await context.new_page()
    for path in PLACES:
        await page.goto(path)
        await check(page, path)
    await page.get_by_role("searchbox").press_sequentially("holm")
    await expect(page.get_by_role("group", name="Suggestions")).to_be_visible()
    await check(page, "suggestions")
    await fill_basket(page)
    for path in ("/basket", "/checkout"):
        await page.goto(path)
        await check(page, f"{path} with books")
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_text("things to put right")).to_be_visible()
    await check(page, "details with problems")
    await check_payment(page)
    await context.close()


async def fill_basket(page: Page) -> None:
    for isbn in (HAMMING_ISBN, "9780578675862"):
        await page.goto(f"/books/{isbn}")
        await page.get_by_role("button", name="Add to basket").click()
        await expect(page.locator("#added")).to_contain_text("Added.")
        await check(page, "a book put into the basket")


async def check_payment(page: Page) -> None:
    await reach_payment(page)
    await check(page, "payment")
    await pay(page, DECLINED)
    await expect(page.get_by_text("Your card was declined.")).to_be_visible()
    await check(page, "declined")
    await pay(page, CHALLENGED)
    await expect(page.get_by_text("Paying S$23.00…")).to_be_visible()
    await answer_challenge(page, "Fail")
    await expect(page.get_by_text("unable to authenticate")).to_be_visible()
    await page.goto(page.url.replace("/checkout/", "/orders/"))
    await expect(page.get_by_role("heading", name="Not paid yet")).to_be_visible()
    await check(page, "not paid")
    await page.get_by_role("link", name="Pay S$23.00").click()
    await pay(page, VISA)
    await read_charge(page)
    await check(page, "receipt")
    await page.get_by_role("link", name="read the mails").click()
    await expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_contain_text("Thank you")
    await check(page, "mails")


async def check(page: Page, where: str) -> None:
    """Run axe on the page and each of its frames, in both colour schemes."""
    scheme: Scheme = "dark" if await page.evaluate(IS_DARK) else "light"
    other: Scheme = "light" if scheme == "dark" else "dark"
    await run_axe(page, RULES, f"{where}, {scheme}")
    await switch_scheme(page, other)
    await run_axe(page, COLOUR_RULES, f"{where}, {other}")
    await switch_scheme(page, scheme)


async def switch_scheme(page: Page, scheme: Scheme) -> None:
    """Switch the colours, which no element may do later than another."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert await page.evaluate(MOTION) == 0, "a page does not move if the shopper prefers reduced motion"


async def run_axe(page: Page, rules: dict[str, Any], where: str) -> None:
    # no script runs in a frame that shows a mail; tests/mail has a look at those
    for frame in (each for each in page.frames if "/mails/" not in each.url):
        exceptions = {} if frame is page.main_frame else IN_A_FRAME
        # axe alone would wait for an answer of each frame, where no axe runs, and leave it out
        # half a megabyte, which a page needs once
        axe = Axe() if await frame.evaluate("typeof axe === 'undefined'") else Axe("undefined")
        found = await axe.run(frame, options={**rules, **exceptions, "iframes": False})
        assert found.violations_count == 0, f"{where}, {frame.url}\n{found.generate_report()}"
