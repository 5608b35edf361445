"""Orders in the database and their pages in the office."""

import re
from html import unescape

from quart import Response

from bookshop.database import Database
from bookshop.orders.order import Order
from tests.builders import a_book
from tests.fulfilment.stored_orders import a_line, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient
from tests.shopper import text_of

VERSION = re.compile(r'name="version" value="(\d+)"')
TAGS = re.compile(r"<[^>]*>")


def address_of(order: Order, action: str = "") -> str:
    return f"/office/orders/{order.id}" + (f"/{action}" if action else "")


async def act(
    staff: StaffClient, order: Order, action: str, form: dict[str, str] | None = None, *, htmx: bool = False
) -> Response:
    """Send a form of an order's page, as the order is now."""
    version = VERSION.search(await staff.read(address_of(order)))
    assert version
    return await staff.post(address_of(order, action), {"version": version[1], **(form or {})}, htmx=htmx)


async def follow(staff: StaffClient, response: Response) -> str:
    """Return the words of the page that a form leads to."""
    assert response.status_code == 303, await text_of(response)
    return words_of(await staff.read(response.headers["Location"]))


async def words(response: Response) -> str:
    return words_of(await text_of(response))


def words_of(page: str) -> str:
    """Return a page without its tags."""
    return " ".join(unescape(TAGS.sub(" ", page)).split())


async def store(database: Database, *orders: Order) -> None:
    """Store paid orders."""
    await database.write(store_paid, *orders)


async def place_order(database: Database, **changed: object) -> Order:
    """Store a paid order: two copies of Emma, which are here, and one of Walden to order."""
    emma, walden = a_book("Emma", stock=5), a_book("Walden", stock=0)
    await database.write(store_books, emma, walden)
    order = an_order_of(a_line(emma, 2), a_line(walden, to_order=1, days=9), **changed)  # type: ignore[arg-type]  # the caller names fields of Order
    await store(database, order)
    return order
