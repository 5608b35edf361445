"""Suggestions by keyboard, in the history, in time, on a phone, and when they fail."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys.conftest import Site
from tests.journeys.steps import go_back

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FIELD = "Search by title, author or ISBN"


async def type_into_search(page: Page, text: str) -> None:
    await page.get_by_label(FIELD).press_sequentially(text)


async def test_typing_suggests_and_each_search_is_an_entry_of_the_history(page: Page) -> None:
    await page.goto("/new")
    entries = await page.evaluate("history.length")
    field, status = page.get_by_label(FIELD), page.locator(".search-form [role=status]")
    for text, person in (("holmes", "Sherlock Holmes"), ("woolf", "Virginia Woolf")):
        await field.fill("")
        await type_into_search(page, text)
        suggestions = page.get_by_role("group", name=f"Suggestions for “{text}”")
        await expect(suggestions.get_by_role("link", name=person).last).to_be_visible()
        await expect(status).to_have_text(re.compile(r"^\d+ suggestions?\. "))
        await expect(field).to_be_focused()
        assert await page.evaluate("history.length") == entries
        await field.press("Enter")
        await expect(page).to_have_url(re.compile(rf"/search\?q={text}$"))
        await expect(page.get_by_role("group", name="Suggestions")).to_have_count(0)
        entries += 1
    await go_back(page)
    await expect(page).to_have_url(re.compile(r"/search\?q=holmes$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("“holmes”")
    await go_back(page)
    await expect(page).to_have_url(re.compile("/new$"))


async def test_keys_move_through_suggestions_and_back(page: Page) -> None:
    await page.goto("/search?q=poetry")
    field = page.get_by_label(FIELD)
    await field.fill("woolf")
    links = page.get_by_role("group", name="Suggestions").get_by_role("link")
    await expect(links.first).to_be_visible()
    await field.press("ArrowDown")
    await expect(links.first).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(field).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(links.last).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(links.first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(field).to_be_focused()
    await expect(links).to_have_count(0)
    await expect(field).to_have_value("woolf")
    await page.keyboard.press("ArrowDown")
    await expect(links.first).to_be_visible()
    await page.mouse.click(2, 300)
    await expect(links).to_have_count(0)
    await field.press("ArrowDown")
    await links.first.wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/books/"))
    await go_back(page)
    await expect(page).to_have_url(re.compile(r"/search\?q=poetry$"))
    await expect(links).to_have_count(0)


async def test_a_slow_response_never_replaces_a_later_one(page: Page) -> None:
    held = asyncio.Event()
    sent = asyncio.Event()

    async def delay(route: Route) -> None:
        if route.request.url.endswith("q=wo"):
            response = await route.fetch()
            sent.set()
            await held.wait()
            await route.fulfill(response=response)
        else:
            await route.continue_()

    await page.route("**/search/suggest?*", delay)
    await page.goto("/")
    await type_into_search(page, "wo")
    await asyncio.wait_for(sent.wait(), 15)
    await type_into_search(page, "olf")
    await expect(page.get_by_role("group", name="Suggestions for “woolf”")).to_be_visible()
    held.set()
    await page.unroute_all(behavior="wait")
    await expect(page.get_by_role("group", name="Suggestions")).to_have_attribute(
        "aria-label", "Suggestions for “woolf”"
    )


@pytest.mark.parametrize("what", ["**/search/suggest?*", "**/js/suggest.*", "**/css/suggestions.*"])
async def test_without_suggestions_the_form_searches(page: Page, what: str) -> None:
    await page.route(what, lambda route: route.fulfill(status=503, body="away"))
    await page.goto("/new")
    async with page.expect_response(what):
        await type_into_search(page, "woolf")
    await page.evaluate("new Promise(requestAnimationFrame)")
    await expect(
        page.get_by_role("group", name="Suggestions").or_(page.get_by_text("away", exact=True))
    ).to_have_count(0)
    await expect(page.locator("#notices")).to_be_empty()
    await page.get_by_label(FIELD).press("Enter")
    await expect(page).to_have_url(re.compile(r"/search\?q=woolf$"))


async def test_suggestions_close_when_the_page_is_left(page: Page) -> None:
    """Back may show the page as it was; a response may come while the next page loads."""
    await page.goto("/")
    await type_into_search(page, "woolf")
    suggestions = page.get_by_role("group", name="Suggestions")
    await expect(suggestions).to_have_count(1)
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    await expect(suggestions).to_have_count(0)
    await page.keyboard.press("ArrowDown")
    await expect(suggestions).to_have_count(1)
    await page.locator(".search-form").dispatch_event("submit")
    await expect(suggestions).to_have_count(0)


async def test_suggestions_for_an_earlier_text_go_when_the_next_ones_fail(page: Page) -> None:
    await page.goto("/")
    await type_into_search(page, "woo")
    await expect(page.get_by_role("group", name="Suggestions")).to_have_count(1)
    await page.context.set_offline(True)
    await type_into_search(page, "lf")
    await expect(page.get_by_role("group", name="Suggestions")).to_have_count(0)
    await page.context.set_offline(False)


async def test_on_a_phone_the_field_stays_in_sight(chromium: Browser, site: Site) -> None:
    """The height is what an on-screen keyboard leaves."""
    context = await chromium.new_context(
        base_url=site.shop.url, viewport={"width": 320, "height": 360}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    await page.goto("/")
    field = page.get_by_label(FIELD)
    await field.tap()
    await type_into_search(page, "wo")
    suggestions = page.get_by_role("group", name="Suggestions")
    await expect(suggestions).to_be_visible()
    upper, lower = await field.bounding_box(), await suggestions.bounding_box()
    assert upper
    assert lower
    assert upper["y"] >= 0
    assert upper["y"] + upper["height"] <= lower["y"] < 360
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await suggestions.get_by_role("link", name="Virginia Woolf").last.tap()
    await expect(page).to_have_url(re.compile("/(people|books)/"))
    await context.close()
