"""Search as one types, the basket without leaving the page, and Back that is right."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.steps import HAMMING, HAMMING_ISBN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_hits_follow_what_is_typed(page: Page) -> None:
    await page.goto("/search?q=eghbal")
    await expect(page.get_by_role("link", name="Working in Public")).to_be_visible()
    field = page.get_by_label("Search by title, author or ISBN")
    await field.fill("")
    await field.press_sequentially("hamming")
    await expect(page.locator("#results").get_by_role("link", name=HAMMING)).to_be_visible()
    await expect(page.get_by_role("link", name="Working in Public")).to_be_hidden()
    await expect(page).to_have_url(re.compile(r"/search\?q=hamming$"))
    await expect(field).to_be_focused()
    await page.reload()
    await expect(page.locator("#results").get_by_role("link", name=HAMMING)).to_be_visible()


async def test_from_any_page_enter_searches(page: Page) -> None:
    await page.goto("/")
    field = page.get_by_label("Search by title, author or ISBN")
    await field.fill("mechner")
    await field.press("Enter")
    await expect(page.get_by_role("heading", name="“mechner”")).to_be_visible()
    await page.get_by_role("link", name="The Making of Prince of Persia").click()
    await page.evaluate("history.back()")
    await expect(page.get_by_role("heading", name="“mechner”")).to_be_visible()


async def test_subjects_narrow_and_widen(page: Page) -> None:
    await page.goto("/")
    await page.locator("#subjects").get_by_role("link", name="Poetry").click()
    await expect(page.get_by_role("heading", name="Poetry", level=1)).to_be_visible()
    await page.get_by_role("link", name="All subjects").click()
    await expect(page.get_by_role("heading", name="All our books")).to_be_visible()


async def test_on_a_phone_subjects_are_a_sheet(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 700})
    await page.goto("/search")
    poetry = page.locator("#facets").get_by_role("link", name="Poetry")
    await expect(poetry).to_be_hidden()
    await page.get_by_role("button", name="Narrow").click()
    await poetry.click()
    await expect(page.get_by_role("heading", name="Poetry", level=1)).to_be_visible()
    await expect(page.get_by_role("button", name="Narrow (1)")).to_be_visible()


async def test_the_basket_badge_is_right_after_back(page: Page) -> None:
    await page.goto(f"/books/{HAMMING_ISBN}")
    badge = page.locator("basket-badge")
    await expect(badge).to_be_empty()
    await (
        page.get_by_role("link", name="Working in Public")
        .first.or_(page.get_by_role("link", name="New"))
        .first.click()
    )
    await page.get_by_role("button", name="Add to basket").first.click()
    await expect(badge).to_have_text("1")
    await page.evaluate("history.back()")
    await expect(page).to_have_url(re.compile(HAMMING_ISBN))
    await expect(badge).to_have_text("1")


async def test_the_basket_changes_without_leaving_it(page: Page) -> None:
    await page.goto(f"/books/{HAMMING_ISBN}")
    await page.get_by_role("button", name="Add to basket").click()
    await expect(page.get_by_role("status")).to_contain_text("Added. 1 book in your basket.")
    await page.get_by_role("link", name="See your basket").click()
    copies = page.get_by_label(f"Copies of {HAMMING}")
    more = page.get_by_role("button", name=f"One more: {HAMMING}")
    await more.click()
    await expect(copies).to_have_value("2")
    await expect(more).to_be_focused()
    await copies.fill("many")
    await copies.press("Enter")
    await expect(page.get_by_text("Type a number from 0 to 20.")).to_be_visible()
    await expect(copies).to_have_value("many")
    await copies.fill("4")
    await copies.press("Tab")
    await expect(page.locator(".sums")).to_contain_text("S$92.00")
    await page.get_by_role("button", name=f"Remove {HAMMING}").click()
    await expect(page.get_by_role("status")).to_contain_text(f"Removed {HAMMING}.")
    await page.get_by_role("button", name="Put it back").click()
    await expect(copies).to_have_value("4")
