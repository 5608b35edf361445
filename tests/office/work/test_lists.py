"""The pages of lists, as staff see them."""

import re
from datetime import timedelta

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.office.work.order_list import PAGE_ORDERS
from bookshop.orders.order import Delivery, Order
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient

CHOICE = re.compile(r'name="orders" value="(\d+\.\d+)"')


async def store_some(database: Database, count: int = 2) -> list[Order]:
    """Store paid orders, every other one to be collected."""

    def store(db: Connection) -> list[Order]:
        book = a_book("Walden", stock=count)
        found = [
            an_order_of(a_line(book), delivery=Delivery.COLLECT if number % 2 else Delivery.DELIVER)
            for number in range(count)
        ]
        store_books(db, book)
        store_paid(db, *found)
        return found

    return await database.write(store)


async def test_today_shows_what_is_to_be_packed_the_oldest_first(
    seller: StaffClient, database: Database
) -> None:
    await store_some(database)
    page = await seller.read("/office")
    assert "Two orders to pack." in page
    assert CHOICE.findall(page) == ["1001.0", "1002.0"]
    assert "Walden" in page


async def test_nothing_to_pack(seller: StaffClient) -> None:
    assert "Nothing to pack." in await seller.read("/office")


async def test_a_filter_is_remembered_for_its_list(seller: StaffClient, database: Database) -> None:
    await store_some(database)
    page = await seller.read("/office/orders?list=to-pack&filter=collect")
    assert CHOICE.findall(page) == ["1002.0"]
    again = await seller.get("/office/orders?list=to-pack")
    assert again.headers["Location"] == "/office/orders?list=to-pack&filter=collect"
    assert CHOICE.findall(await seller.read("/office/orders?list=all")) == ["1002.0", "1001.0"]
    # a filter that there is not leaves the list as it is
    page = await seller.read("/office/orders?list=to-pack&filter=nonsense")
    assert CHOICE.findall(page) == ["1001.0", "1002.0"]
    assert (await seller.get("/office/orders?list=to-pack")).status_code == 200


async def test_a_whole_list_can_be_chosen(seller: StaffClient, database: Database) -> None:
    await store_some(database)
    page = await seller.read("/office/orders?list=to-pack&filter=deliver&chosen=all")
    assert CHOICE.findall(page) == ["1001.0"]
    assert 'value="1001.0" checked' in page


async def test_lists_continue_on_the_next_page(seller: StaffClient, database: Database) -> None:
    found = await store_some(database, PAGE_ORDERS + 2)
    page = await seller.read("/office/orders?list=all")
    assert len(CHOICE.findall(page)) == PAGE_ORDERS
    assert f"after={found[2].id}" in page
    assert CHOICE.findall(await seller.read(f"/office/orders?list=all&after={found[2].id}")) == [
        "1002.0",
        "1001.0",
    ]


async def test_every_list_has_a_page(seller: StaffClient, database: Database) -> None:
    def store(db: Connection) -> None:
        book = a_book(stock=9)
        store_books(db, book)
        later = NOW + timedelta(days=400)
        store_paid(
            db, an_order_of(a_line(book, 2, to_order=1, days=3)), an_order_of(a_line(book, not_before=later))
        )

    await database.write(store)
    names = ("to-pack", "to-order", "waiting", "to-ship", "to-make-ready", "ready", "review", "all", "unpaid")
    for name in (*names, "cancelled", "nonsense"):
        page = await seller.read(f"/office/orders?list={name}")
        assert "orders?list=" in page, name


async def test_a_list_says_how_many_orders_came_since(seller: StaffClient, database: Database) -> None:
    await store_some(database)
    asks = "/office/orders/newer?list=to-pack&filter=all&since={}"
    assert "since=1002" in await seller.read("/office")
    assert "2 newer orders." in await seller.read(asks.format(1000), htmx=True)
    newer = await seller.read(asks.format(1001), htmx=True)
    assert "1 newer order." in newer
    # it asks again, and says how many came since the page was loaded
    assert "since=1001" in newer
    assert "newer order" not in await seller.read(asks.format(1002), htmx=True)
    assert "1 newer order." in await seller.read(
        "/office/orders/newer?list=to-pack&filter=collect&since=0", htmx=True
    )
    assert "newer order" not in await seller.read("/office/orders/newer?list=unpaid&since=x", htmx=True)


async def test_the_first_page_leads_to_what_is_packed(seller: StaffClient, database: Database) -> None:
    found = await store_some(database, 4)

    def act(db: Connection) -> None:
        for order in found[:3]:
            pack(db, order.id, 0, actor="anna", now=NOW)
        make_ready(db, found[1].id, 1, actor="anna", now=NOW)

    await database.write(act)
    page = await seller.read("/office")
    assert "One order to pack." in page
    assert "Two orders packed and" in page
    assert "<small>since " in page
