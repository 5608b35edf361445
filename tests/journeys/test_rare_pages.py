"""axe finds no violation on the pages that a shopper seldom sees."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import Connection

from bookshop.app import create_app
from bookshop.database import Database, open_database
from bookshop.fulfilment.begin import begin_fulfilment
from bookshop.orders.order import Order, OrderLine, PaymentState
from bookshop.orders.store import add_order
from bookshop.schema import orders, stock
from bookshop.trade.availability import MAX_COPIES_PER_BOOK
from tests.builders import A_CHARGE, an_order, sgd, some_settings
from tests.faults.damage import damaged, locked
from tests.journeys.conftest import Site, environment, fill_shelves
from tests.journeys.steps import (
    HAMMING,
    HAMMING_ISBN,
    await_card_form,
    card_form,
    fill_details,
    reach_payment,
)
from tests.journeys.test_accessibility import Scheme, check
from tests.journeys.test_controls import OVERFLOW
from tests.journeys.test_without_cookies import refusing_page
from tests.orders.receipt_states import CASES, render
from tests.processes import free_port, running_shop, running_simulator

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOOKS: tuple[tuple[int, Scheme], ...] = ((1280, "light"),)
OTHER_ISBN = "9780578675862"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a shop whose database and Stripe these tests may break."""
    folder = tmp_path_factory.mktemp("rare")
    shop_port, stripe_port = free_port(), free_port()
    with running_simulator(folder / "simulator.log", stripe_port, shop_port) as stripe:
        env = {
            **environment(folder, shop_port, stripe.url),
            "MAX_UNPAID_COPIES": str(MAX_COPIES_PER_BOOK - 1),
        }
        asyncio.run(fill_shelves(env["DATABASE_URL"]))
        with running_shop(folder / "shop.log", shop_port, env, folder) as shop:
            yield Site(shop, stripe, env, folder)


@pytest_asyncio.fixture(loop_scope="session")
async def database(site: Site) -> AsyncIterator[Database]:
    database = open_database(site.env["DATABASE_URL"])
    yield database
    await database.close()


@asynccontextmanager
async def new_page(chromium: Browser, site: Site, width: int, scheme: Scheme) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        base_url=site.shop.url,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    yield await context.new_page()
    await context.close()


def store_order(db: Connection, /, **changed: Any) -> Order:
    """Store an order for two books, as it is after what the test is about."""
    now = datetime.now(UTC)
    lines = (
        OrderLine(HAMMING_ISBN, HAMMING, "Richard W. Hamming", 1, sgd(2300)),
        OrderLine(OTHER_ISBN, "The Making of Prince of Persia", "Jordan Mechner", 2, sgd(1490)),
    )
    values = {
        "lines": lines,
        "total": sgd(5280),
        "placed_at": now - timedelta(hours=1),
        "basket_id": "b",
        **changed,
    }
    order = an_order(**values)
    add_order(db, order)
    return order


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_receipts(
    chromium: Browser, site: Site, database: Database, width: int, scheme: Scheme
) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        await serve_states(page, site)
        for name in {case.state: name for name, case in CASES.items()}.values():
            await page.goto(f"/orders/states/{name}")
            await check(page, f"receipt: {name}")
        waiting = await database.write(store_order, payment=PaymentState.PROCESSING)
        await page.goto(f"/orders/{waiting.token}")
        await expect(page.get_by_text("Nearly there")).to_be_visible()
        # a process that closes a file loses the locks of all of its connections to it
        await database.close()
        with damaged(site.env["DATABASE_URL"]):
            await page.goto(f"/orders/{waiting.token}")
            await expect(page.get_by_text("We are confirming your payment.")).to_be_visible()
            await check(page, "receipt: the database is away")


async def serve_states(page: Page, site: Site) -> None:
    """Let the page open the receipt of each case at an address of its own."""
    shop = create_app(some_settings(DATABASE_URL=site.env["DATABASE_URL"]))

    async def serve(route: Route) -> None:
        case = CASES[route.request.url.rpartition("/")[2]]
        await route.fulfill(body=await render(shop, case), content_type="text/html")

    await page.route("**/states/*", serve)


async def test_every_receipt_fits_narrow_screens_and_one_sheet(chromium: Browser, site: Site) -> None:
    async with new_page(chromium, site, 320, "light") as page:
        await serve_states(page, site)
        for name, case in CASES.items():
            await page.goto(f"/orders/states/{name}")
            assert await page.evaluate(OVERFLOW) <= 0, name
            if case.refunds:
                document = await page.pdf(format="A4")
                assert len(re.findall(rb"/Type\s*/Page\b", document)) == 1, name


def store_paid_order(db: Connection) -> Order:
    now = datetime.now(UTC)
    order = store_order(db, payment=PaymentState.PAID, charge=A_CHARGE, paid_at=now, number=5000)
    begin_fulfilment(db, order, now)
    return order


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_a_request_to_change_an_order(
    chromium: Browser, site: Site, database: Database, width: int, scheme: Scheme
) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        order = await database.write(store_paid_order)
        await page.goto(f"/orders/{order.token}")
        await page.get_by_role("link", name="Ask to change or cancel").click()
        await check(page, "request")
        await page.get_by_role("button", name="Send to the shop").click()
        await expect(page.get_by_label("What should we change?")).to_be_focused()
        await check(page, "request: nothing said")
        await page.keyboard.type("Only one copy, please.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("We have your request")).to_be_visible()
        await check(page, "receipt: asked")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_notices_of_the_basket(
    chromium: Browser, site: Site, database: Database, width: int, scheme: Scheme, tmp_path: Path
) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        lines = (
            OrderLine(HAMMING_ISBN, HAMMING, "Richard W. Hamming", MAX_COPIES_PER_BOOK + 1, sgd(2300)),
            OrderLine(OTHER_ISBN, "The Making of Prince of Persia", "Jordan Mechner", 2, sgd(1490)),
        )
        order = await database.write(store_order, payment=PaymentState.CANCELLED, lines=lines)
        await page.goto(f"/orders/{order.token}")
        await page.get_by_role("button", name="Order the same books again").click()
        await expect(page.get_by_text("Not all of your earlier order")).to_be_visible()
        await check(page, "basket: an order again")
        await database.write(set_stock, 3)
        await page.goto("/checkout")
        await expect(page.get_by_text("Fewer books than you wanted")).to_be_visible()
        await check(page, "details: a shortage")
        await page.goto(f"/checkout?item={HAMMING_ISBN}")
        await fill_details(page)
        await database.write(set_stock, 0)
        await page.get_by_role("button", name="Continue to payment").click()
        await expect(page.get_by_role("heading", name="Someone was faster.")).to_be_focused()
        await expect(page.locator(".scene .object")).to_have_css("display", "flex")
        await check(page, "checkout: a lost race")
        await page.goto(f"/checkout?item={HAMMING_ISBN}")
        await check(page, "checkout: out of stock")
        await database.write(set_stock, 1000)
        await page.goto("/basket")
        await page.get_by_role("link", name="Check out").click()
        await fill_details(page)
        await page.get_by_role("button", name="Continue to payment").click()
        await await_card_form(page)
        async with new_page(chromium, site, width, scheme) as other:
            await other.goto(f"/checkout?item={HAMMING_ISBN}")
            await fill_details(other)
            await other.get_by_role("button", name="Continue to payment").click()
            await expect(other.get_by_text("We can’t reserve more books")).to_be_visible()
            await check(other, "details: too many unpaid copies")
        await database.write(forget_unpaid)
    async with refusing_page(chromium, site, tmp_path, scripts=True) as page:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(f"/books/{HAMMING_ISBN}")
        await page.get_by_role("button", name="Add to basket").click()
        await expect(page.get_by_text("Your basket needs cookies")).to_be_visible()
        await check(page, "book: cookies refused")
        await page.goto(f"/basket?change=added&isbn={HAMMING_ISBN}")
        await check(page, "basket: cookies refused")


def forget_unpaid(db: Connection) -> None:
    db.execute(orders.update().values(network_hash=""))


def set_stock(db: Connection, copies: int) -> None:
    db.execute(stock.update().where(stock.c.isbn == HAMMING_ISBN).values(on_hand=stock.c.reserved + copies))


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_details_that_cannot_be_used_now(
    chromium: Browser, site: Site, width: int, scheme: Scheme
) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        await page.goto(f"/checkout?item={HAMMING_ISBN}")
        await fill_details(page, deliver=True)
        await page.get_by_label("Postcode").fill("12345")
        await page.get_by_role("button", name="Continue to payment").click()
        await expect(page.get_by_text("We don’t know this postcode for Singapore.")).to_be_visible()
        await check(page, "details: a doubted postcode")
        with locked(site.env["DATABASE_URL"]):
            await page.get_by_role("button", name="Continue to payment").click()
            await expect(page.get_by_text("The shop is very busy")).to_be_visible()
            await check(page, "details: the database is locked")
        with damaged(site.env["DATABASE_URL"]):
            await page.get_by_role("button", name="Continue to payment").click()
            await expect(page.locator("#notices").get_by_text("The shop is very busy")).to_be_visible()
            await check(page, "details: the database is away")
            await page.evaluate("document.querySelector('form.form').submit()")
            await expect(page.get_by_role("button", name="Try again")).to_be_visible()
            await check(page, "try again")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("heading", name="Payment")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_payments_by_other_methods(chromium: Browser, site: Site, width: int, scheme: Scheme) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        await reach_payment(page)
        pay_page = page.url
        await card_form(page).get_by_label("PayNow").check()
        await page.get_by_role("button", name="Pay S$").click()
        await expect(
            page.frame_locator('iframe[title="QR code"]').get_by_alt_text("A QR code")
        ).to_be_visible()
        await check(page, "payment: a QR code")
        await page.goto(pay_page.replace("/checkout/", "/orders/"))
        await expect(page.get_by_text("The QR code is waiting to be scanned.")).to_be_visible()
        await check(page, "receipt: a QR code")
        await page.goto(pay_page)
        await await_card_form(page)
        await check(page, "payment: a code is waiting")
        await page.route("**/checkout/*", without_refresh)
        while not await page.get_by_text("One moment, please").is_visible():
            await page.goto(pay_page)
        await check(page, "payment: one moment")
        await page.unroute("**/checkout/*")
        await reach_payment(page, OTHER_ISBN)
        await card_form(page).get_by_label("GrabPay").check()
        await page.get_by_role("button", name="Pay S$").click()
        await expect(page.get_by_role("button", name="Authorize test payment")).to_be_visible()
        await check(page, "Stripe: a wallet")


async def without_refresh(route: Route) -> None:
    """Keep a page from loading itself again while it is examined."""
    response = await route.fetch(max_redirects=0)
    headers = {name: value for name, value in response.headers.items() if name != "refresh"}
    await route.fulfill(response=response, headers=headers)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_payments_are_switched_off(chromium: Browser, site: Site, width: int, scheme: Scheme) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        await page.goto(f"/checkout?item={HAMMING_ISBN}")
        await fill_details(page)
        for kind, text in (
            ("error-500", "We can’t reach our payment service"),
            ("error-401", "Payments are switched off at the moment"),
        ):
            await site.account.ask("DELETE", "/_control/faults")
            await site.account.ask("POST", "/_control/faults", {"kind": kind, "times": "0", "path": "/v1"})
            await page.get_by_role("button", name=re.compile("Continue to payment|Try again")).click()
            await expect(page.get_by_text(text)).to_be_visible()
            await check(page, f"payment: {text}")
        await site.account.ask("DELETE", "/_control/faults")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_a_form_of_another_site(chromium: Browser, site: Site, width: int, scheme: Scheme) -> None:
    async with new_page(chromium, site, width, scheme) as page:
        await page.goto("about:blank")
        await page.set_content(
            f'<form method="post" action="{site.shop.url}/basket"><button>Go</button></form>'
        )
        await page.get_by_role("button").click()
        await expect(page.get_by_text("That came from another site.")).to_be_visible()
        await check(page, "403")
