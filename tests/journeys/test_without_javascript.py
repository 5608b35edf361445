"""Every page works with JavaScript switched off, up to the card form, which says so."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.steps import HAMMING, HAMMING_ISBN, fill_details

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def plain(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    """Open a page in which no script runs."""
    context = await chromium.new_context(base_url=site.shop.url, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def test_from_the_shelf_to_the_payment_page(plain: Page, site: Site) -> None:
    await plain.goto("/")
    await plain.get_by_role("link", name=HAMMING).first.click()
    await plain.get_by_role("button", name="Add to basket").click()
    await expect(plain.get_by_role("heading", name="Your basket")).to_be_visible()
    await plain.get_by_role("button", name=f"One more: {HAMMING}").click()
    await expect(plain.get_by_label(f"Copies of {HAMMING}")).to_have_value("2")
    await plain.reload()
    await plain.get_by_label(f"Copies of {HAMMING}").fill("3")
    await plain.get_by_role("button", name="Change the number").click()
    await expect(plain.locator(".sums")).to_contain_text("S$69.00")
    await plain.get_by_role("link", name="Check out").click()
    await fill_details(plain, deliver=True)
    await plain.get_by_role("button", name="Continue to payment").click()
    await expect(plain).to_have_url(re.compile(r"/checkout/[\w-]{22}$"))
    await expect(plain.get_by_text("Paying on this page needs JavaScript")).to_be_visible()
    await expect(plain.get_by_role("button", name="Pay S$")).to_be_hidden()
    await plain.go_back()
    await expect(plain.get_by_label("Email")).to_be_visible()


async def test_a_book_is_bought_on_stripes_page(plain: Page, site: Site) -> None:
    await plain.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(plain)
    await plain.get_by_role("button", name="Continue to payment").click()
    pay_page = plain.url
    await plain.get_by_role("button", name="Pay on Stripe’s page").click()
    await expect(plain).to_have_url(re.compile(re.escape(site.stripe.url)))
    await plain.get_by_role("link", name="Back").click()
    await expect(plain).to_have_url(pay_page)
    await plain.get_by_role("button", name="Continue on Stripe’s page").click()
    for number, text in (("4000000000000002", "declined"), ("4242424242424242", "")):
        await plain.locator('[name="number"]').fill(number)
        await plain.locator('[name="expiry"]').fill("12 / 34")
        await plain.locator('[name="cvc"]').fill("123")
        await plain.get_by_role("button", name="Pay S$23.00").click()
        if text:
            await expect(plain.get_by_text(text)).to_be_visible()
    await expect(plain.get_by_role("heading", level=1)).to_contain_text("Thank")
    charge = await plain.locator("#charge-id").text_content()
    assert (await site.account.ask("GET", f"/v1/charges/{charge}"))["paid"] is True


async def test_bad_details_are_asked_for_again(plain: Page) -> None:
    await plain.goto(f"/checkout?item={HAMMING_ISBN}")
    await plain.get_by_label("Full name").fill("Ada Reader")
    await plain.get_by_role("button", name="Continue to payment").click()
    await expect(plain.get_by_text("Three things to put right")).to_be_visible()
    await expect(plain.get_by_label("Full name")).to_have_value("Ada Reader")
    await expect(plain.get_by_label("Email")).to_be_focused()
    await fill_details(plain)
    await plain.get_by_role("button", name="Continue to payment").click()
    await expect(plain).to_have_url(re.compile(r"/checkout/[\w-]{22}$"))


async def test_a_book_is_taken_out_and_put_back(plain: Page) -> None:
    await plain.goto(f"/books/{HAMMING_ISBN}")
    await plain.get_by_role("button", name="Add to basket").click()
    await plain.get_by_role("button", name=f"Remove {HAMMING}").click()
    await expect(plain.get_by_text("Your basket is empty.")).to_be_visible()
    await plain.get_by_role("button", name="Put it back").click()
    await expect(plain.get_by_label(f"Copies of {HAMMING}")).to_have_value("1")


async def test_search_and_its_pages(plain: Page) -> None:
    await plain.goto("/")
    await plain.get_by_label("Search by title, author or ISBN").fill("978-1-7322651-7-2")
    await plain.get_by_role("button", name="Search").click()
    await expect(plain.get_by_role("heading", name=HAMMING, level=1)).to_be_visible()
    await plain.get_by_label("Search by title, author or ISBN").fill("the")
    await plain.get_by_role("button", name="Search").click()
    await plain.get_by_role("navigation", name="Narrow").get_by_role("link", name="English").click()
    await expect(plain.get_by_role("link", name="Remove: English")).to_be_visible()
    first = await plain.locator(".rack h3").first.inner_text()
    await plain.get_by_role("link", name="More books").click()
    await expect(plain.locator(".rack h3").first).to_have_text(first)
    # the browser goes on where the new books begin
    await expect(plain.locator(".rack h3").nth(24)).to_be_in_viewport()
    await expect(plain.get_by_role("link", name="Remove: English")).to_be_visible()
    await plain.get_by_role("link", name="Rows").click()
    await expect(plain.locator(".rack h3")).not_to_have_count(24)
    await expect(plain.get_by_text("Add to basket").first).to_be_visible()
    await expect(plain.get_by_role("link", name="Remove: English")).to_be_visible()


async def test_browsing_by_subject_person_and_series(plain: Page) -> None:
    await plain.goto("/subjects")
    await plain.get_by_role("link", name="Crime and mystery fiction 11").click()
    await (
        plain.get_by_role("navigation", name="Within")
        .get_by_role("link", name="Crime and mystery: private")
        .click()
    )
    await plain.locator(".rack").get_by_role("link", name="A Study in Scarlet").click()
    await plain.get_by_role("link", name="Sherlock Holmes").click()
    await expect(plain.get_by_role("heading", name="Sherlock Holmes", level=1)).to_be_visible()
    await plain.get_by_role("link", name="The Sign of the Four").click()
    await plain.get_by_role("button", name="Pre-order").click()
    await expect(plain.get_by_label("Email")).to_be_visible()


async def test_a_receipt_that_waits_asks_again_by_itself(plain: Page, site: Site) -> None:
    await plain.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(plain)
    await plain.get_by_role("button", name="Continue to payment").click()
    secret = await plain.locator("stripe-payment").get_attribute("data-client-secret")
    await site.account.pay((secret or "").split("_secret_")[0], "pm_card_processing")
    await plain.goto(plain.url.replace("/checkout/", "/orders/"))
    await expect(plain.get_by_text("Waiting for your payment to be confirmed.")).to_be_visible()
    await expect(plain.get_by_role("heading", level=1)).to_contain_text("Thank")
