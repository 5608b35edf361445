"""Orders from the payment to the door: a browser, the commands, and a mail server."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.fork_server import run_command
from tests.journeys.conftest import Site, environment, fill_shelves
from tests.journeys.steps import (
    HAMMING_ISBN,
    await_card_form,
    fill_details,
    pay,
    reach_payment,
    read_charge,
)
from tests.journeys.test_accessibility import check
from tests.mail.mail_server import MailServer, running_mail_server
from tests.processes import free_port, running_shop, running_simulator
from tests.server.test_supervisor import clean_environment

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WORKING_IN_PUBLIC = "Working in Public"
ORDERED_IN = "9781916000537"
PATIENCE_SECONDS = 20


@dataclass
class Shop:
    """A shop that sends its mail to a server of the test, and its commands."""

    site: Site
    server: MailServer
    read: set[str] = field(default_factory=set)

    async def run(self, *arguments: str) -> str:
        """Run a command in the shop's folder, and return what it prints."""
        done = await asyncio.to_thread(run_command, arguments, self.site.folder, self.site.env)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    async def next_mail(self, *words: str) -> str:
        """Return the plain text of the one new mail with these words, once it has arrived."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            new = [mail for mail in self.server.messages if mail["Message-ID"] not in self.read]
            for message in new:
                plain = " ".join(next(message.iter_parts()).get_content().split())
                if all(word in plain for word in words):
                    self.read.add(message["Message-ID"])
                    return plain
            await asyncio.sleep(0.1)
        raise AssertionError(f"No mail with {words}, but {[mail['Subject'] for mail in new]}")

    def order_id(self, token: str) -> str:
        with closing(sqlite3.connect(self.site.folder / "bookshop.db")) as database:
            return str(database.execute("SELECT id FROM orders WHERE token = ?", [token]).fetchone()[0])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    folder = tmp_path_factory.mktemp("after-payment")
    shop_port, stripe_port = free_port(), free_port()
    with running_simulator(folder / "simulator.log", stripe_port, shop_port) as stripe:
        async with running_mail_server() as server:
            env = {
                **clean_environment(),
                **environment(folder, shop_port, stripe.url),
                "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
                "MAIL_FROM": "shop@books.example",
                "SHOP_HOURS": "Mon–Sat 10–18",
                "SHOP_ADDRESS": "1 Example Street",
                "SHOP_DELIVERY_COUNTRIES": "SG,DE",
                "SWEEP_SECONDS": "5",
            }
            await fill_shelves(env["DATABASE_URL"])
            with running_shop(folder / "shop.log", shop_port, env, folder) as started:
                yield Shop(Site(started, stripe, env, folder), server)


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(chromium: Browser, shop: Shop) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=shop.site.shop.url)
    yield await context.new_page()
    await context.close()


async def buy(page: Page, shop: Shop, *titles: str, deliver: bool = False, country: str = "") -> str:
    """Buy a book of the home page, and those of these addresses, and return the order's token."""
    for address in titles:
        await page.goto(address)
        await page.get_by_role("button", name="Add to basket").click()
        await expect(page.get_by_text("in your basket")).to_be_visible()
    await page.goto("/checkout")
    await fill_details(page, deliver=deliver)
    if country:
        await page.get_by_label("Country").select_option(country)
        await page.get_by_label("Postcode").fill("10115")
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)
    await pay(page)
    await read_charge(page)
    return page.url.rpartition("/")[2]


async def check_receipt(page: Page, *words: str) -> None:
    """Check the receipt that is open, reloaded, also narrow and by axe."""
    await page.reload()
    for text in words:
        await expect(page.locator("#status")).to_contain_text(text)
    await page.set_viewport_size({"width": 375, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await check(page, words[0])
    await page.set_viewport_size({"width": 1280, "height": 800})


async def check_without_script(chromium: Browser, shop: Shop, token: str, *words: str) -> None:
    """Check the receipt in a browser in which no script runs."""
    context = await chromium.new_context(base_url=shop.site.shop.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"/orders/{token}")
    for text in words:
        await expect(page.locator("#status")).to_contain_text(text)
    await context.close()


async def test_a_delivered_order_leaves_in_two_parcels(
    browser_page: Page, chromium: Browser, shop: Shop
) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}", "/books/9781916000025", deliver=True)
    number = await page.locator(".roll dd").first.inner_text()
    confirmation = await shop.next_mail(f"/orders/{token}", "8 Example Walk")
    assert "Ada Reader" in confirmation
    await shop.next_mail(number, "pack")
    await check_receipt(page, "Thank", "Packing", "Ask to change or cancel")
    await shop.run("pack", number)
    await check_receipt(page, "Your parcel is packed.")
    await expect(page.get_by_role("link", name="Ask to change or cancel")).to_have_count(0)
    await shop.run("ship", number, "--line", HAMMING_ISBN, "--carrier", "SingPost", "--tracking", "RR1SG")
    first = await shop.next_mail("SingPost", "RR1SG", "The Great Gatsby")
    assert f"/orders/{token}" in first
    await check_receipt(page, "The first parcel is on its way.", "SingPost", "RR1SG")
    await shop.run("ship", number, "--carrier", "DHL", "--tracking", "JD2")
    await shop.next_mail("DHL", "JD2")
    await check_receipt(page, "on their way", "RR1SG", "JD2")
    await expect(page.get_by_role("link", name=re.compile("Follow"))).to_have_count(3)
    await check_without_script(chromium, shop, token, "on their way", "RR1SG", "JD2")
    # one line is refunded, and its copy comes back
    await shop.run("refund", number, "--line", HAMMING_ISBN, "--restock", "--yes")
    await shop.next_mail("S$23.00", "back")
    await check_receipt(page, "S$23.00")


async def test_an_order_is_collected(browser_page: Page, chromium: Browser, shop: Shop) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}")
    number = await page.locator(".roll dd").first.inner_text()
    await shop.next_mail(f"/orders/{token}", "collect")
    await shop.run("ready", number)
    await shop.next_mail(number, "Mon–Sat 10–18", "1 Example Street")
    await check_receipt(page, "Your book is behind the till.", number, "Mon–Sat 10–18")
    await check_without_script(chromium, shop, token, "Your book is behind the till.")
    await shop.run("collected", number)
    await check_receipt(page, "Enjoy your book.")


async def test_copies_that_are_ordered_in_arrive_late(browser_page: Page, shop: Shop) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}", f"/books/{ORDERED_IN}")
    number = await page.locator(".roll dd").first.inner_text()
    await shop.next_mail(f"/orders/{token}", "A Study in Scarlet")
    assert number in await shop.run("orders", "--to-do", "order")
    await shop.run("delay", number, "--until", "2099-01-14", "--message", "The reprint is late.")
    await shop.next_mail("14 January 2099", "The reprint is late.")
    await check_receipt(page, "14 January 2099", "The reprint is late.")
    assert number in await shop.run("arrived", ORDERED_IN, "2")
    await shop.run("ready", number)
    await shop.next_mail(number, "A Study in Scarlet", "Mon–Sat 10–18")
    await check_receipt(page, "Your books are behind the till.")


async def test_the_shop_is_asked_to_cancel_an_order(browser_page: Page, shop: Shop) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}")
    number = await page.locator(".roll dd").first.inner_text()
    await page.get_by_role("link", name="Ask to change or cancel").click()
    await page.get_by_role("textbox").fill("Please cancel it: I found my copy.")
    await page.get_by_role("button", name=re.compile("Send")).click()
    await expect(page.get_by_text("We have your request")).to_be_visible()
    await shop.next_mail(number, "change")
    assert "I found my copy" in await shop.run("orders", number)
    await shop.run("cancel", number, "--yes")
    await shop.next_mail("S$23.00", "cancel")
    await page.goto(f"/orders/{token}")
    await check_receipt(page, "S$23.00")


async def test_a_contract_is_withdrawn_from(browser_page: Page, chromium: Browser, shop: Shop) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}", deliver=True, country="Germany")
    number = await page.locator(".roll dd").first.inner_text()
    await shop.run("ship", number)
    await shop.next_mail(number, "is on its way", "Withdraw from contract here")
    await page.goto("/")
    await expect(
        page.locator("footer").get_by_role("link", name="Withdraw from contract here")
    ).to_be_visible()
    # the form behind the order's address, without script
    context = await chromium.new_context(base_url=shop.site.shop.url, java_script_enabled=False)
    plain = await context.new_page()
    await plain.goto(f"/orders/{token}")
    await plain.locator("main").get_by_role("link", name="Withdraw from contract here").click()
    await expect(plain.get_by_label("Full name")).to_have_value("Ada Reader")
    await plain.get_by_role("button", name="Continue").click()
    await plain.get_by_role("button", name="Confirm withdrawal").click()
    await expect(plain.get_by_role("heading", level=1)).to_have_text("We received your withdrawal.")
    await plain.reload()
    await expect(plain.get_by_role("heading", level=1)).to_have_text("We received your withdrawal.")
    await context.close()
    await shop.next_mail("Ada Reader", "received your withdrawal")
    await shop.next_mail(number, "bookshop withdrawal")
    assert "S$27.00" in await shop.run("withdrawal", number, "--dry-run")
    await shop.run("withdrawal", number, "--restock", "--yes")
    await shop.next_mail("S$27.00", number)
    await page.goto(f"/orders/{token}")
    await check_receipt(page, "S$27.00")


async def test_the_link_of_an_order_is_found_by_mail(browser_page: Page, shop: Shop) -> None:
    page = browser_page
    token = await buy(page, shop, f"/books/{HAMMING_ISBN}")
    number = await page.locator(".roll dd").first.inner_text()
    await shop.next_mail(f"/orders/{token}", "collect")
    await page.goto("/orders/find")
    await page.get_by_label("Order number").fill(number)
    await page.get_by_label("Email").fill("Reader@example.com")
    await page.get_by_role("button", name=re.compile("link")).click()
    await shop.next_mail(f"/orders/{token}", number)


async def test_an_unpaid_order_is_cancelled(browser_page: Page, shop: Shop) -> None:
    page = browser_page
    await reach_payment(page)
    token = page.url.rpartition("/")[2]
    await shop.run("cancel", shop.order_id(token), "--yes")
    await page.goto(f"/orders/{token}")
    await check_receipt(page, "Nothing has been charged")
