"""The server is killed during a sale, and nothing is lost or paid twice."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import environment, fill_shelves
from tests.journeys.steps import await_card_form, fill_card, pay, reach_payment, read_charge, read_intent
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_shop, running_simulator

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


# a headless shell has no page for a shop that does not answer
@pytest.fixture
def chromium(whole_chromium: Browser) -> Browser:
    return whole_chromium


@dataclass(frozen=True)
class Frail:
    """A shop that can be started again, and a page of a browser."""

    start: Callable[[], AbstractContextManager[Process]]
    account: Account
    page: Page


@pytest_asyncio.fixture(loop_scope="session")
async def frail(chromium: Browser, tmp_path: Path) -> AsyncIterator[Frail]:
    port, stripe_port = free_port(), free_port()
    with running_simulator(tmp_path / "simulator.log", stripe_port, port) as stripe:
        env = environment(tmp_path, port, stripe.url)
        await fill_shelves(env["DATABASE_URL"])
        context = await chromium.new_context(base_url=f"http://127.0.0.1:{port}")
        yield Frail(
            lambda: running_shop(tmp_path / "shop.log", port, env, tmp_path),
            Account(stripe.url),
            await context.new_page(),
        )
        await context.close()


async def test_a_payment_made_while_the_shop_was_dead_is_found(frail: Frail) -> None:
    page = frail.page
    with frail.start() as shop:
        await reach_payment(page)
        intent = await read_intent(page)
        receipt = urlsplit(page.url).path.replace("/checkout/", "/orders/")
        await fill_card(page)
        shop.kill()
    await page.get_by_role("button", name="Pay S$23.00").click()
    await expect(page.get_by_text("ERR_CONNECTION_REFUSED")).to_be_visible()
    with frail.start():
        await page.goto(receipt)
        charge = await read_charge(page)
    charges = await frail.account.ask("GET", f"/v1/charges?payment_intent={intent}")
    assert [one["id"] for one in charges["data"]] == [charge]


async def test_a_payment_page_works_on_after_a_restart(frail: Frail) -> None:
    page = frail.page
    with frail.start() as shop:
        await reach_payment(page)
        intent = await read_intent(page)
        shop.kill()
    with frail.start():
        await page.reload()
        await await_card_form(page)
        assert await read_intent(page) == intent
        await pay(page)
        await read_charge(page)
