"""Searching and browsing, the basket without leaving the page, and Back."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.steps import HAMMING, HAMMING_ISBN, go_back

# of 24 books on a desktop, in pixels
MAX_LIST_HEIGHT = 3500
SMALL_BUTTON_WIDTH = 50
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_from_any_page_enter_searches(page: Page) -> None:
    await page.goto("/")
    field = page.get_by_label("Search by title, author or ISBN")
    await field.fill("mechner")
    await field.press("Enter")
    await expect(page.get_by_role("heading", name="“mechner”")).to_be_visible()
    await page.get_by_role("link", name="The Making of Prince of Persia").click()
    await go_back(page)
    await expect(page.get_by_role("heading", name="“mechner”")).to_be_visible()


async def test_a_whole_number_is_suggested_while_typing_and_leads_to_its_book(page: Page) -> None:
    await page.goto("/search")
    field = page.get_by_label("Search by title, author or ISBN")
    await field.press_sequentially("978-1-7322651-7-2")
    await expect(
        page.get_by_role("group", name="Suggestions").get_by_role("link", name=HAMMING)
    ).to_be_visible()
    await field.press("Enter")
    await expect(page).to_have_url(re.compile(f"/books/{HAMMING_ISBN}/"))


async def test_a_typo_is_corrected(page: Page) -> None:
    await page.goto("/search")
    field = page.get_by_label("Search by title, author or ISBN")
    await field.press_sequentially("eghbl")
    suggestions = page.get_by_role("group", name="Suggestions")
    await expect(suggestions.get_by_role("heading", name="Did you mean?")).to_be_visible()
    await expect(suggestions.get_by_role("link", name="Working in Public")).to_be_visible()
    await field.press("Enter")
    await expect(page.get_by_text("Nothing matches “eghbl”. Showing results for “eghbal”.")).to_be_visible()
    await expect(page.locator("#results").get_by_role("link", name="Working in Public")).to_be_visible()


async def test_facets_narrow_and_widen_and_back_is_right(page: Page) -> None:
    await page.goto("/search?q=the")
    count = page.locator(".page-head [role=status]")
    everything = await count.inner_text()
    facets = page.get_by_role("navigation", name="Narrow")
    paperback = facets.get_by_role("link", name="Paperback")
    counted = re.sub(r"\D", "", await paperback.inner_text())
    await paperback.click()
    await expect(count).to_have_text(f"{counted} books, best matches first")
    await facets.get_by_role("link", name="Poetry").click()
    await expect(page).to_have_url(re.compile(r"/search\?q=the&subject=poetry&form=paperback$"))
    await page.get_by_role("link", name="Remove: Paperback").click()
    await expect(page).to_have_url(re.compile(r"/search\?q=the&subject=poetry$"))
    await page.evaluate("history.go(-2)")
    await expect(count).to_have_text(f"{counted} books, best matches first")
    await go_back(page)
    await expect(count).to_have_text(everything)


async def test_more_books_come_below_and_stay(page: Page) -> None:
    await page.goto("/search?q=the")
    shown = page.locator("#books > li")
    await expect(shown).to_have_count(24)
    await page.get_by_role("link", name="More books").click()
    await expect(shown).to_have_count(48)
    titles = await shown.locator("h3 a").evaluate_all("links => links.map(link => link.href)")
    assert len(set(titles)) == 48
    await expect(shown.nth(24).locator("h3 a")).to_be_focused()
    await expect(page).to_have_url(re.compile(r"/search\?q=the&seen=24$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("“the”")
    await expect(page.get_by_text("You have seen 48 of")).to_be_visible()
    last = await shown.nth(30).locator("h3").inner_text()
    await shown.nth(30).locator("h3 a").click()
    await expect(page.get_by_role("heading", name=last, level=1)).to_be_visible()
    await go_back(page)
    await expect(shown.nth(30).locator("h3")).to_have_text(last)
    await page.reload()
    await expect(shown).to_have_count(48)
    await expect(shown.nth(30).locator("h3")).to_have_text(last)


async def test_the_last_page_has_no_more(page: Page) -> None:
    await page.goto("/new")
    more = page.get_by_role("link", name="More books")
    seen = 24
    while await more.count():
        await expect(page.locator("#books > li")).to_have_count(seen)
        await more.click()
        seen += 24
        await expect(page.locator("#books > li").nth(seen - 24)).to_be_attached()
    count = await page.locator("#books > li").count()
    assert count > 48
    await expect(page.get_by_text(f"You have seen all {count} books")).to_be_visible()


async def test_rows_are_remembered_until_covers_are_chosen(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto("/search")
    covers, rows = (page.get_by_role("link", name=name, exact=True) for name in ("Covers", "Rows"))
    await expect(covers).to_have_attribute("aria-current", "true")
    assert (await page.evaluate("document.documentElement.scrollHeight")) <= MAX_LIST_HEIGHT
    button = page.get_by_role("button", name=re.compile("Add to basket: ")).first
    assert await width_of(button) < SMALL_BUTTON_WIDTH
    # a link under the pointer may be prepared, but chooses nothing
    await rows.hover()
    await page.goto("/new")
    await expect(covers).to_have_attribute("aria-current", "true")
    await rows.click()
    await expect(page).to_have_url(re.compile(r"/new\?view=rows$"))
    await page.goto("/subjects/F")
    await expect(rows).to_have_attribute("aria-current", "true")
    assert await width_of(button) > SMALL_BUTTON_WIDTH
    await covers.click()
    await page.goto("/search?q=the")
    await expect(covers).to_have_attribute("aria-current", "true")


async def width_of(button: Locator) -> float:
    box = await button.bounding_box()
    assert box
    return box["width"]


async def test_subjects_lead_down_to_a_book_and_back_up(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("navigation", name="Shop").get_by_role("link", name="Subjects").click()
    await page.get_by_role("link", name="Poetry 11").click()
    await page.get_by_role("navigation", name="Within Poetry").get_by_role("link", name="anthologies").click()
    await page.get_by_role("link", name="Lyrical Ballads", exact=True).click()
    await page.get_by_role("link", name="Classic and pre-20th century poetry").click()
    await page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Biography").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Biography, literature and literary studies"
    )


async def test_people_and_series_lead_from_book_to_book(page: Page) -> None:
    await page.goto("/books/9781916000087")
    await page.get_by_role("link", name="Sherlock Holmes").click()
    await expect(page.locator(".rack h3")).to_have_text(
        ["A Study in Scarlet", "The Sign of the Four", "The Hound of the Baskervilles"]
    )
    await page.get_by_role("link", name="A Study in Scarlet").click()
    await page.get_by_role("link", name="Arthur Conan Doyle").first.click()
    await expect(page.get_by_text("A doctor who wrote between patients.")).to_be_visible()


async def test_a_book_that_is_gone_leads_to_another_edition(page: Page) -> None:
    await page.goto("/books/9781916000353")
    await expect(page.get_by_text("Another edition has taken its place.")).to_be_visible()
    await page.get_by_role("link", name="(the new edition)").click()
    await expect(page.get_by_role("button", name="Buy now")).to_be_visible()


async def test_on_a_phone_facets_are_a_sheet(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 700})
    await page.goto("/search")
    poetry = page.locator("#facets").get_by_role("link", name="Poetry")
    await expect(poetry).to_be_hidden()
    await page.get_by_role("button", name="Narrow").click()
    await expect(poetry).to_be_visible()
    await page.get_by_role("button", name=re.compile(r"Show \d+ books")).click()
    await expect(poetry).to_be_hidden()
    await page.get_by_role("button", name="Narrow").click()
    await poetry.click()
    await expect(page.get_by_role("heading", name="Poetry", level=1)).to_be_visible()
    await expect(page.get_by_role("button", name="Narrow (1)")).to_be_visible()


PLACES = (
    "/search?q=the",
    "/search?q=xyzzy&form=paperback",
    "/new",
    "/subjects",
    "/subjects/F",
    "/people/jane-austen",
    "/series/sherlock-holmes",
    "/books/9781916000599",
    "/books/9781916000353",
    "/books/9781916000308",
    "/books/9781916000292",
)


@pytest.mark.parametrize("width", [320, 768])
async def test_no_page_is_wider_than_the_screen(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    for path in PLACES:
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


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
    await go_back(page)
    await expect(page).to_have_url(re.compile(HAMMING_ISBN))
    await expect(badge).to_have_text("1")


async def test_the_basket_changes_without_leaving_it(page: Page) -> None:
    await page.goto(f"/books/{HAMMING_ISBN}")
    await page.get_by_role("button", name="Add to basket").click()
    await expect(page.locator("#added")).to_contain_text("Added. 1 book in your basket.")
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


async def test_a_single_hit_has_the_whole_width(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto("/search?q=hammng")
    await expect(page.locator(".facets")).to_have_count(0)
    box = await page.locator(".bookcase").bounding_box()
    assert box
    assert box["width"] > 1000
