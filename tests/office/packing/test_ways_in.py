"""Where packing by scanning begins."""

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.order import Order
from tests.builders import a_book
from tests.fulfilment.stored_orders import a_line, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient


async def test_the_oldest_order_is_packed_from_today_and_each_from_its_page(
    seller: StaffClient, database: Database
) -> None:
    def store(db: Connection) -> list[Order]:
        book = a_book()
        orders = [an_order_of(a_line(book)) for _ in range(2)]
        store_books(db, book)
        store_paid(db, *orders)
        return orders

    first, second = await database.write(store)
    for page, order in (("/office", first), (f"/office/orders/{second.id}", second)):
        assert f'href="/office/orders/{order.id}/packing"' in await seller.read(page)
