"""Steps of shoppers, by the names that they see."""

import re

from playwright.async_api import FrameLocator, Locator, Page, expect

HAMMING = "The Art of Doing Science and Engineering"
HAMMING_ISBN = "9781732265172"
VISA = "4242424242424242"
DECLINED = "4000000000000002"
CHALLENGED = "4000002500003155"
# a busy browser paints a page that it has read in part, and what follows may move that: only shifts after the
# whole page was painted are the page's own
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => [e.startTime, e.value])))
  .observe({ type: "layout-shift", buffered: true });
addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.paintedAt = performance.now();
  console.debug("painted");
})));
"""
LATE_SHIFTS = "shifts.filter(([at]) => at > paintedAt)"


async def fill_details(page: Page, *, deliver: bool = False) -> None:
    """Fill in the details form."""
    await page.get_by_label("Email").fill("reader@example.com")
    await page.get_by_label("Full name").fill("Ada Reader")
    if not deliver:
        await page.get_by_label("Collect in the shop").check()
        return
    await page.get_by_label("Deliver", exact=True).check()
    await page.get_by_label("Address").fill("8 Example Walk, #03-11")
    await page.get_by_label("City").fill("Singapore")
    await page.get_by_label("Postcode").fill("098585")
    await page.get_by_label("Country").select_option("Singapore")


async def reach_payment(page: Page, isbn: str = HAMMING_ISBN) -> None:
    """Go from "Buy now" to a payment page that is ready."""
    await page.goto(f"/checkout?item={isbn}")
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)


async def await_card_form(page: Page) -> None:
    """Wait until the payment page can be used."""
    await expect(page.get_by_role("heading", name="Payment")).to_be_visible()
    await expect(page.get_by_role("button", name="Pay S$")).to_be_enabled()


async def go_back(page: Page) -> None:
    """Press Back; go_back of Playwright waits for an event that restored pages lack."""
    # going back at once may replace the page before it has responded
    await page.evaluate("setTimeout(() => history.back())")


async def await_swap(page: Page, content: Locator) -> None:
    """Wait until htmx has swapped in this content and has set the focus, a moment later."""
    await expect(content).to_be_visible()
    await expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)


def card_form(page: Page) -> FrameLocator:
    """Return the frame with Stripe's card fields."""
    return page.frame_locator('iframe[title*="payment input"][src*="elements-inner-payment"]')


async def fill_card(page: Page, number: str = VISA) -> None:
    """Type a card."""
    form = card_form(page)
    await form.locator('[name="number"]').fill(number)
    await form.locator('[name="expiry"]').fill("12 / 34")
    await form.locator('[name="cvc"]').fill("123")


async def pay(page: Page, number: str = VISA) -> None:
    """Type a card and press the button."""
    await fill_card(page, number)
    await page.get_by_role("button", name=re.compile("[Pp]ay S")).click()


async def read_charge(page: Page) -> str:
    """Return the charge ID, once the receipt shows it."""
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Thank")
    return str(await page.locator("#charge-id").text_content())


async def answer_challenge(page: Page, button: str) -> None:
    """Press a button of the bank's challenge."""
    frame = page.frame_locator('iframe[title="3D Secure challenge"]')
    await frame.get_by_role("button", name=button).click()


def intent_id(secret: str | None) -> str:
    """Return the id of the intent that a client secret belongs to."""
    return (secret or "").split("_secret_")[0]


async def read_intent(page: Page) -> str:
    """Return the id of the payment page's intent."""
    return intent_id(await page.locator("stripe-payment").get_attribute("data-client-secret"))
