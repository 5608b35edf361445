"""Scans in a browser: a scanner types faster than the shop responds, and none is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import Connection

from bookshop.catalogue.book_store import list_books
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import open_database
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.payments.apply_payment_update import apply_payment_update
from tests.builders import payment_update
from tests.fulfilment.stored_orders import a_line, an_order_of
from tests.journeys.conftest import Site
from tests.journeys.office_steps import ISBNS, open_office
from tests.journeys.steps import HAMMING_ISBN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
BOOK, OTHER = ISBNS[0], HAMMING_ISBN
SCANS = "**/packing"


@pytest_asyncio.fixture(loop_scope="session")
async def orders(site: Site) -> list[Order]:
    """Store an order of five copies, and one of another book that comes next."""
    database = open_database(site.env["DATABASE_URL"])
    placed = await database.write(add_orders)
    await database.close()
    return placed


def add_orders(db: Connection) -> list[Order]:
    books = list_books(db, (BOOK, OTHER))
    placed = []
    for line in (a_line(books[BOOK], 5), a_line(books[OTHER])):
        order = an_order_of(line, placed_at=datetime.now(UTC))
        reserve_and_add(db, order)
        apply_payment_update(db, order.id, payment_update(order))
        found = find_order_by_id(db, order.id)
        assert found
        placed.append(found)
    return placed


@pytest_asyncio.fixture(loop_scope="session")
async def table(chromium: Browser, site: Site, orders: list[Order]) -> AsyncIterator[Page]:
    """Open the first order on the packing table."""
    context = await open_office(chromium, site)
    page = await context.new_page()
    await page.goto(f"/office/orders/{orders[0].id}/packing")
    yield page
    await context.close()


async def scan(page: Page, *codes: str) -> None:
    """Type as a scanner does: all at once, wherever the focus is."""
    for code in codes:
        await page.keyboard.type(code)
        await page.keyboard.press("Enter")


async def test_no_scan_is_lost_while_a_request_runs(table: Page, orders: list[Order]) -> None:
    first, second = orders
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await table.route(SCANS, hold)
    # the whole box, the slip, and already the book of the next order
    await scan(table, BOOK, OTHER, BOOK, f"{BOOK}51299", "0306406152", f"2x{BOOK}", str(first.number), OTHER)
    await expect(table.get_by_label("0 of 5 in the box")).to_be_visible()
    await table.keyboard.type("12")
    released.set()
    await expect(table.get_by_role("heading", level=1)).to_have_text(f"Pack {second.number}")
    await expect(table.get_by_label("1 of 1 in the box")).to_be_visible()
    await expect(table).to_have_url(f"/office/orders/{second.id}/packing")
    # what was typed meanwhile is still there, and the field still has the focus
    field = table.get_by_label("Scan a book")
    await expect(field).to_have_value("12")
    await expect(field).to_be_focused()


async def test_scans_wait_for_the_shop_through_a_reload(table: Page) -> None:
    await table.route(SCANS, lambda route: route.abort())
    await scan(table, BOOK)
    await expect(table.get_by_text("We can’t reach the shop.")).to_be_visible()
    await scan(table, BOOK)
    await table.unroute(SCANS)
    await table.reload()
    await expect(table.get_by_label("2 of 5 in the box")).to_be_visible()
    await scan(table, BOOK)
    await expect(table.get_by_label("3 of 5 in the box")).to_be_visible()


async def test_a_scan_waits_until_its_scanner_has_signed_in_again(table: Page) -> None:
    cookies = await table.context.cookies()
    await table.context.clear_cookies()
    await scan(table, BOOK)
    await expect(table.get_by_text("Your session has ended.")).to_be_visible()
    await table.context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]  # as they were read
    await scan(table, BOOK)
    await expect(table.get_by_label("2 of 5 in the box")).to_be_visible()
    await expect(table.get_by_text("Your session has ended.")).to_be_hidden()
