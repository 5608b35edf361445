"""The shop feels quick in a real browser: few requests, no layout shift, instant Back."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from tests.conftest import BROWSERS
from tests.journeys.conftest import Site
from tests.journeys.steps import HAMMING_ISBN, LATE_SHIFTS, WATCH_SHIFTS, go_back

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PUBLIC = ("/", "/search", "/search?q=hamming", "/search?subject=poetry", f"/books/{HAMMING_ISBN}")
# the page, the style sheet of all pages and its own, the display face, its file of other Latin letters where
# a title has one, htmx, our script, the icon, the speculation rules, and the script of a list's view
MOST_REQUESTS = 10
MOST_BYTES = 55_000
WATCH_LARGEST = """
window.largest = [];
new PerformanceObserver((list) => largest.push(...list.getEntries().map((e) => e.element?.outerHTML ?? "")))
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
BLOCKING = """performance.getEntriesByType("resource")
  .filter((entry) => entry.renderBlockingStatus === "blocking")
  .map((entry) => new URL(entry.name).pathname)"""


@pytest.mark.parametrize("path", PUBLIC)
async def test_a_first_visit_takes_few_requests_and_few_bytes(page: Page, site: Site, path: str) -> None:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    await page.goto(path)
    await page.wait_for_load_state("networkidle")
    ours = [request for request in seen if "/covers/" not in request.url and not request.redirected_to]
    assert {request.url.split("/")[2] for request in seen} == {site.shop.url.split("/")[2]}
    assert len(ours) <= MOST_REQUESTS, [request.url for request in ours]
    sizes = [await request.sizes() for request in ours]
    assert sum(size["responseBodySize"] for size in sizes) <= MOST_BYTES
    assert await page.context.cookies() == []


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", PUBLIC)
async def test_nothing_jumps_and_the_largest_is_text_or_a_sized_picture(
    page: Page, path: str, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.add_init_script(WATCH_SHIFTS)
    await page.add_init_script(WATCH_LARGEST)
    await page.goto(path)
    await page.wait_for_load_state("networkidle")
    await page.mouse.wheel(0, 2000)
    await page.wait_for_timeout(300)
    assert await page.evaluate(LATE_SHIFTS) == []
    largest = (await page.evaluate("largest"))[-1]
    assert not largest.startswith("<img") or ("width=" in largest and "loading=" not in largest), largest
    blocking = await page.evaluate(BLOCKING)
    assert len([path for path in blocking if path.endswith(".css")]) <= 2
    assert {path.split(".")[0] for path in blocking if path.endswith(".js")} <= {"/static/js/view"}


async def test_pictures_have_their_size_and_those_in_sight_come_first(page: Page) -> None:
    for path in PUBLIC:
        await page.goto(path)
        for image in await page.locator("img").all():
            assert await image.get_attribute("width")
            assert await image.get_attribute("height")
            eager = await image.get_attribute("loading") != "lazy"
            assert eager == (await image.get_attribute("fetchpriority") == "high")


@pytest_asyncio.fixture(loop_scope="session")
async def everyday(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    """Open a page in a browser with a back/forward cache, which test browsers lack."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], ignore_default_args=["--disable-back-forward-cache"]
        )
        yield await browser.new_page(base_url=site.shop.url)
        await browser.close()


async def test_back_shows_the_page_as_it_was_left(everyday: Page) -> None:
    for path in PUBLIC:
        await everyday.goto(path)
        await everyday.evaluate("window.left = true")
        await everyday.goto("/basket")
        assert await everyday.evaluate("window.left") is None
        await go_back(everyday)
        await expect(everyday).not_to_have_url("/basket")
        assert await everyday.evaluate("window.left"), path


async def test_a_link_is_fetched_before_it_is_pressed(everyday: Page) -> None:
    await everyday.goto("/")
    link = everyday.get_by_role("link", name="All staff picks")
    await link.scroll_into_view_if_needed()
    async with everyday.expect_request(lambda request: "sec-purpose" in request.headers) as prepared:
        await link.hover()
    assert (await prepared.value).url.endswith("/picks")
    await everyday.wait_for_timeout(300)
    await link.click()
    await expect(everyday.get_by_role("heading", level=1)).to_be_visible()
    # a browser under test prefetches a page instead of prerendering it
    delivery = 'performance.getEntriesByType("navigation")[0].deliveryType'
    assert await everyday.evaluate(delivery) == "navigational-prefetch"


async def test_what_is_personal_is_never_fetched_ahead(everyday: Page) -> None:
    await everyday.goto(f"/books/{HAMMING_ISBN}")
    ahead: list[str] = []
    everyday.on(
        "request", lambda request: ahead.append(request.url) if "sec-purpose" in request.headers else None
    )
    await everyday.get_by_role("link", name="Basket").hover()
    await everyday.wait_for_timeout(1000)
    assert ahead == []
