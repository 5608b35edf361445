"""Every page of the office: axe, no sideways scrolling, keys and paper."""

import re
from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bookshop.office.addresses import ADDRESSES
from bookshop.office.mount import ROOT
from bookshop.office.route import Route
from bookshop.orders.order import Order
from tests.journeys.conftest import Site
from tests.journeys.office_steps import ISBNS, open_office, store_orders
from tests.journeys.test_accessibility import RULES, Scheme, check, run_axe

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# pages that show more, or anything at all, with a query
QUERIES = {
    "/orders": ("", "?list=to-pack&chosen=all", "?list=review"),
    "/find": ("?q={number}", "?q=example", "?q=xyzzy", f"?q={ISBNS[0]}"),
    "/bulk/ship": ("?{chosen}",),
    "/bulk/results": ("?{chosen}&did=pack",),
    "/print/slips": ("?{chosen}", "?{chosen}&prices=1", ""),
    "/print/labels": ("?{chosen}&first=3",),
    # a file, and a part of a page
    "/to-order.csv": (),
    "/orders/newer": (),
}
# pages that say that there is nothing
MISSING = ("/welcome/<token>", "/welcome/<token>/passkey")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def orders(site: Site) -> list[Order]:
    return await store_orders(site, 9)


def list_office_paths(orders: list[Order]) -> Iterator[str]:
    """Return the paths of all pages of the office."""
    for address in ADDRESSES:
        if address.method == "GET" and not address.path.endswith(".csv"):
            yield from paths_of(address, orders)


def paths_of(address: Route, orders: list[Order]) -> Iterator[str]:
    """Return the paths by which the pages of an address are opened."""
    values = {"order_id": orders[1].id, "int:mail_id": "1", "token": "spent"}
    path = re.sub("<([^>]+)>", lambda name: values[name[1]], address.path)
    for query in QUERIES.get(address.path, ("",)):
        yield f"{ROOT}{path}{query.format(chosen=choose(orders), number=orders[0].number)}"


def choose(orders: list[Order]) -> str:
    """Return the part of an address that chooses the first three orders."""
    return "&".join(f"orders={order.number}.0" for order in orders[:3])


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_every_page_of_the_office_is_accessible(
    chromium: Browser, site: Site, orders: list[Order], width: int, scheme: Scheme
) -> None:
    context = await open_office(
        chromium,
        site,
        has_shortcuts=True,
        color_scheme=scheme,
        # no row lies half behind the bar at the foot
        viewport={"width": width, "height": 8000},
    )
    page = await context.new_page()
    pages = [each for each in ADDRESSES if each.method == "GET" and not each.path.endswith(".csv")]
    for address in pages:
        for path in paths_of(address, orders):
            response = await page.goto(path)
            assert response
            assert response.ok or address.path in MISSING, (path, response.status)
            if "text/html" not in response.headers["content-type"]:
                continue
            # the wide page has been seen in both schemes
            await (check(page, path) if width > 320 else run_axe(page, RULES, path))
            assert await page.evaluate(OVERFLOW) <= 0, path
    await context.close()


async def test_letters_work_once_they_are_switched_on(
    chromium: Browser, site: Site, orders: list[Order]
) -> None:
    context = await open_office(chromium, site)
    page = await context.new_page()
    await page.goto("/office")
    await page.keyboard.press("j")
    await expect(page.locator("[data-row] a:focus")).to_have_count(0)
    async with page.expect_navigation(wait_until="load"):
        await page.get_by_role("button", name="Switch keyboard shortcuts on").click()
    await walk_by_letters(page)
    await context.close()


async def walk_by_letters(page: Page) -> None:
    first, second = page.locator("[data-row]").nth(0), page.locator("[data-row]").nth(1)
    await page.keyboard.press("j")
    await expect(first.locator("a:focus")).to_have_count(1)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(second.get_by_role("checkbox")).to_be_checked()
    await page.keyboard.press("k")
    await expect(first.locator("a:focus")).to_have_count(1)
    await page.keyboard.press("?")
    await expect(page.get_by_role("heading", name="In a list")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="In a list")).to_be_hidden()
    await page.keyboard.press("/")
    field = page.get_by_label("Find an order")
    await expect(field).to_be_focused()
    await page.keyboard.type("jk?")
    await expect(field).to_have_value("jk?")
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("m")
    await expect(page.get_by_role("heading", level=1, name="Mail")).to_be_visible()


async def test_a_scan_reaches_its_field_wherever_the_focus_is(chromium: Browser, site: Site) -> None:
    context = await open_office(chromium, site)
    page = await context.new_page()
    await page.goto("/office/receiving")
    field = page.get_by_label("Scan a book")
    await expect(field).to_be_focused()
    await page.get_by_role("button", name="Take").focus()
    await page.keyboard.type("9781916000001")
    await expect(field).to_have_value("9781916000001")
    await page.goto("/office")
    await page.keyboard.type("9")
    await expect(page.get_by_label("Find an order")).to_have_value("")
    await context.close()


async def test_each_slip_is_a_sheet_of_a5(chromium: Browser, site: Site, orders: list[Order]) -> None:
    context = await open_office(chromium, site)
    page = await context.new_page()
    await page.goto(f"/office/print/slips?{choose(orders)}&prices=1")
    sheets = [
        tuple(map(float, box.split()))
        for box in re.findall(rb"/MediaBox\s*\[([^]]+)\]", await page.pdf(prefer_css_page_size=True))
    ]
    assert [(round(width / 72 * 25.4), round(height / 72 * 25.4)) for _, _, width, height in sheets] == [
        (148, 210)
    ] * 3
    await page.goto(f"/office/print/labels?{choose(orders)}&first=14")
    sheets = re.findall(rb"/Type\s*/Page\b", await page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 2
    await context.close()
