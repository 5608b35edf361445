"""A day in the office: a browser with keys alone, a phone, and one without JavaScript."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from bookshop.staff.member import Role
from tests.journeys.conftest import Site, environment, fill_shelves
from tests.journeys.office_steps import open_office
from tests.journeys.office_user import OfficeUser, place, withdraw
from tests.journeys.steps import HAMMING_ISBN
from tests.journeys.test_accessibility import check
from tests.journeys.test_after_payment import Shop
from tests.mail.mail_server import running_mail_server
from tests.processes import free_port, running_shop, running_simulator
from tests.server.test_supervisor import clean_environment

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "three wet umbrellas"
GATSBY, ORDERED_IN, OTHER_BOOK = "9781916000025", "9781916000537", "9781916000063"
LINK = re.compile(r"http://localhost:\d+/office/welcome/\S+")


@dataclass
class Office(Shop):
    """A shop with an office."""

    async def link_for(self, name: str, role: str) -> str:
        """Add a member of staff, and return the address by which they choose how to sign in."""
        found = LINK.search(await self.run("staff", "add", name, "--role", role))
        assert found
        return found[0]

    def number_of(self, token: str) -> str:
        """Return the number of an order, or the id of one that is not paid."""
        with closing(sqlite3.connect(self.site.folder / "bookshop.db")) as database:
            number, order_id = database.execute(
                "SELECT number, id FROM orders WHERE token = ?", [token]
            ).fetchone()
        return str(number or order_id)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    shop_port, stripe_port = free_port(), free_port()
    with running_simulator(folder / "simulator.log", stripe_port, shop_port) as stripe:
        async with running_mail_server() as server:
            env = {
                **clean_environment(),
                **environment(folder, shop_port, stripe.url),
                # passkeys belong to a name, not to an address
                "SHOP_URL": f"http://localhost:{shop_port}",
                "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
                "MAIL_FROM": "shop@books.example",
                "SWEEP_SECONDS": "5",
                "SHOP_DELIVERY_COUNTRIES": "SG,DE",
            }
            await fill_shelves(env["DATABASE_URL"])
            with running_shop(folder / "shop.log", shop_port, env, folder) as started:
                yield Office(Site(started, stripe, env, folder), server)


async def open_browser(chromium: Browser, office: Office, **options: Any) -> BrowserContext:
    context: BrowserContext = await chromium.new_context(
        base_url=office.site.env["SHOP_URL"],
        reduced_motion="reduce",
        **options,
    )
    return context


async def test_a_seller_signs_in_with_a_password_and_a_code(chromium: Browser, office: Office) -> None:
    context = await open_browser(chromium, office, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(await office.link_for("Ana", "seller"))
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    app = pyotp.TOTP(secret)
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("Code").fill(app.now())
    await page.get_by_role("button", name="Save and sign in").click()
    codes = await page.locator(".recovery-codes code").all_inner_texts()
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.get_by_role("link", name="To pack")).to_be_visible()
    await page.get_by_role("link", name="Sign out").click()
    await page.get_by_role("button", name="Sign out").click()
    await sign_in(page, app.at(datetime.now(UTC), counter_offset=1))
    await expect(page.get_by_role("link", name="Staff")).to_have_count(0)
    # without the phone
    await page.get_by_role("link", name="Sign out").click()
    await page.get_by_role("button", name="Sign out").click()
    await sign_in(page, codes[0])
    await context.close()


async def sign_in(page: Page, code: str) -> None:
    await page.goto("/office")
    await page.get_by_label("Name").fill("Ana")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Code").fill(code)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Find an order")).to_be_visible()


MODES: dict[str, dict[str, Any]] = {
    "keyboard": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 375, "height": 700}, "has_touch": True},
    "plain": {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": False},
}


@pytest.mark.parametrize("mode", MODES)
async def test_a_day_in_the_office(chromium: Browser, office: Office, mode: str) -> None:
    context = await open_office(chromium, office.site, role=Role.SELLER, **MODES[mode])
    page = await context.new_page()
    user = OfficeUser(page, has_only_keys=mode == "keyboard")
    main = page.get_by_role("main")
    has_script = mode != "plain"
    delivered = await place(office.site, HAMMING_ISBN, GATSBY, deliver=True)
    collected = await place(office.site, HAMMING_ISBN)
    waiting = await place(office.site, HAMMING_ISBN, ORDERED_IN)
    withdrawn = await place(office.site, HAMMING_ISBN, deliver=True)
    unpaid = await place(office.site, HAMMING_ISBN, paid=False)
    await page.goto("/office")

    async def look(where: str, heading: str) -> None:
        await expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
        if has_script:
            await check(page, f"{where}, {mode}")

    async def open_order(token: str) -> None:
        await user.fill("Find an order", office.number_of(token))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(
            re.compile(f"{office.number_of(token)}|Unpaid order")
        )

    async def expect_done(words: str) -> None:
        """Wait for the page that tells it: while it loads, what is typed or pressed is lost."""
        await expect(main.get_by_role("status")).to_contain_text(words)

    await look("today", "day")
    await open_order(delivered)
    await look("an order", office.number_of(delivered))
    await user.follow("Pack by scanning")
    await user.scan(OTHER_BOOK)
    await expect(page.get_by_text("Not in this order:")).to_be_visible()
    await look("a wrong book", "Pack")
    await user.scan(HAMMING_ISBN)
    await expect(page.get_by_text("1 of 2 in the box")).to_be_visible()
    await user.scan(GATSBY)
    await expect(page.get_by_text("2 of 2 in the box")).to_be_visible()
    await user.press("Pack")
    await expect(main).to_contain_text(f"{office.number_of(delivered)} is packed.")
    await user.follow(office.number_of(delivered))
    await user.press("Ship")
    await look("shipping", "Ship")
    await user.choose("Copies of The Great Gatsby", "0")
    await user.fill("Carrier", "SingPost")
    await user.fill("Tracking number", "RR1SG")
    await user.press("Ship")
    await expect_done("Parcel 1 shipped with SingPost")
    await office.next_mail("RR1SG")
    await user.press("Ship")
    await user.fill("Carrier", "DHL")
    await user.fill("Tracking number", "JD2")
    await user.press("Ship")
    await expect_done("Parcel 2 shipped with DHL")
    await expect(main).to_contain_text("JD2")
    await office.next_mail("JD2")
    # one line is refunded, and its copy is back on the shelf
    await user.press("Refund")
    await look("refunding", "Refund")
    await user.choose("Copies of The Great Gatsby", "1")
    await user.check("Back to the shelf: The Great Gatsby")
    await user.press("Check")
    await user.press("Refund S$")
    await expect_done("refunded: The Great Gatsby")
    await office.next_mail(office.number_of(delivered), "back")

    await open_order(collected)
    await user.press("Ready to collect")
    await expect_done("Ready to collect: ")
    await office.next_mail(office.number_of(collected), "collect")
    await user.press("Collected")
    await expect_done("Collected: ")

    await user.follow("Receive")
    await look("receiving", "Receive")
    await user.scan(ORDERED_IN)
    await expect(main).to_contain_text(f"Keep for {office.number_of(waiting)}")

    await user.follow(office.number_of(waiting))
    await user.scan(ORDERED_IN)
    await expect(page.get_by_text("1 of 2 in the box")).to_be_visible()
    await user.scan(HAMMING_ISBN)
    await expect(page.get_by_text("2 of 2 in the box")).to_be_visible()
    await user.press("Pack")
    await expect(main).to_contain_text(f"{office.number_of(waiting)} is packed.")
    await user.follow(office.number_of(waiting))
    await user.press("Ready to collect")
    await expect_done("Ready to collect: ")
    await office.next_mail(office.number_of(waiting), "collect")

    # a withdrawal is answered with what was paid, and the copy is back
    await withdraw(office.site, withdrawn)
    await open_order(withdrawn)
    await expect(main).to_contain_text("withdraws from")
    await user.press("Refund this withdrawal")
    await look("answering a withdrawal", "Refund")
    await user.press("Refund S$27.00")
    await expect_done("S$27.00 refunded")
    await office.next_mail(office.number_of(withdrawn), "S$27.00")

    await open_order(unpaid)
    await user.press("Cancel order")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Cancel")
    await user.press("Cancel order")
    await expect(main).to_contain_text("Cancelled, nothing was paid")
    await context.close()


async def test_no_scanned_number_is_lost_in_the_grid(chromium: Browser, office: Office) -> None:
    tokens = [await place(office.site, HAMMING_ISBN, deliver=True) for _ in range(4)]
    numbers = [office.number_of(token) for token in tokens]
    context = await open_office(chromium, office.site)
    page = await context.new_page()
    await page.goto("/office/bulk/ship?" + "&".join(f"orders={number}.0" for number in numbers))
    await expect(page.get_by_label(f"Tracking number for {numbers[0]}")).to_be_focused()
    # as fast as a scanner: nothing waits for the response to the row before
    for n in range(4):
        await page.keyboard.type(f"SG{n}")
        await page.keyboard.press("Enter")
    await expect(page.locator("tr.shipped")).to_have_count(4)
    for n, number in enumerate(numbers):
        await expect(page.locator("tr").filter(has_text=number)).to_contain_text(f"SG{n}")
        await office.next_mail(number, f"SG{n}")
    await context.close()
