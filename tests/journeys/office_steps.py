"""What journeys through the office need: staff who have signed in, and orders."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext
from sqlalchemy import Connection

from bookshop.catalogue.book_store import list_books
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import open_database
from bookshop.orders.order import Delivery, Order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.staff.member import Role
from bookshop.staff.session_store import add_session
from bookshop.staff.store import add_member, set_shortcuts
from tests.builders import numbers, payment_update
from tests.fulfilment.stored_orders import a_line, an_order_of
from tests.journeys.conftest import PATIENCE, Site

ISBNS = ("9781916000001", "9781916000339")


async def open_office(
    browser: Browser,
    site: Site,
    *,
    role: Role = Role.OWNER,
    has_shortcuts: bool = False,
    **options: Any,
) -> BrowserContext:
    """Open a browser in which a new member of staff has signed in."""
    database = open_database(site.env["DATABASE_URL"])
    token = await database.write(add_signed_in, role, has_shortcuts)
    await database.close()
    context = await browser.new_context(base_url=site.shop.url, reduced_motion="reduce", **options)
    context.set_default_timeout(PATIENCE)
    await context.add_cookies([{"name": "staff", "value": token, "url": site.shop.url}])
    return context


def add_signed_in(db: Connection, role: Role, has_shortcuts: bool) -> str:
    now = datetime.now(UTC)
    member = add_member(db, f"Mei {next(numbers)}", role, now)
    set_shortcuts(db, member.id, is_on=has_shortcuts)
    return add_session(db, member.id, "password", now)


async def store_orders(site: Site, count: int) -> list[Order]:
    """Store paid orders; every third is collected, every fourth waits for a copy."""
    database = open_database(site.env["DATABASE_URL"])
    orders = await database.write(add_orders, count)
    await database.close()
    return orders


def add_orders(db: Connection, count: int) -> list[Order]:
    books = list_books(db, ISBNS)
    placed = []
    for n in range(count):
        lines = [a_line(books[ISBNS[0]], 1 + n % 2)]
        if n % 4 == 1:
            lines.append(a_line(books[ISBNS[1]], to_order=1))
        delivery = Delivery.COLLECT if n % 3 == 2 else Delivery.DELIVER
        order = an_order_of(
            *lines, delivery=delivery, placed_at=datetime.now(UTC) - timedelta(hours=count - n)
        )
        reserve_and_add(db, order)
        placed.append(apply_payment_update(db, order.id, payment_update(order)))
    return placed
