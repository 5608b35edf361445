"""The pages that are printed."""

import re

import pytest

from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.office.bulk.chosen import MAX_ORDERS
from bookshop.orders.order import Delivery, Order
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient


@pytest.fixture
async def paid(database: Database) -> list[Order]:
    """Store one order to deliver and one to collect, numbered 1001 and 1002."""
    books = [a_book("Emma", stock=9), a_book("Persuasion <i>", stock=9)]
    await database.write(store_books, *books)
    orders = [
        an_order_of(a_line(books[0], 2), a_line(books[1])),
        an_order_of(a_line(books[0]), delivery=Delivery.COLLECT, name="Bo Li"),
    ]
    await database.write(store_paid, *orders)
    return orders


async def test_slips_of_several_orders_are_on_one_page(seller: StaffClient, paid: list[Order]) -> None:
    page = await seller.read("/office/print/slips?orders=1001.0&orders=1002&orders=9&orders=1001")
    assert re.findall(r'aria-label="Packing slip (\d+)"', page) == ["1001", "1002"]
    assert "Persuasion &lt;i&gt;" in page
    assert "8 Example Walk" in page
    assert "collects in the shop" in page
    assert "No order has the number 9." in page
    assert "S$" not in page


async def test_slips_have_prices_if_that_is_asked_for(seller: StaffClient, paid: list[Order]) -> None:
    page = await seller.read("/office/print/slips?orders=1001&prices=1")
    assert str(paid[0].total) in page


async def test_the_pick_list_is_of_the_chosen_orders_or_of_all_to_pack(
    seller: StaffClient, database: Database, paid: list[Order]
) -> None:
    assert "1 book for 1 order" in await seller.read("/office/print/pick-list?orders=1002")
    assert "4 books for 2 orders" in await seller.read("/office/print/pick-list")
    await database.write(pack, paid[0].id, 0, actor="Ana", now=NOW)
    assert "1 book for 1 order" in await seller.read("/office/print/pick-list")


async def test_labels_are_for_what_is_delivered(seller: StaffClient, paid: list[Order]) -> None:
    page = await seller.read("/office/print/labels?orders=1001&orders=1002&first=3")
    assert "One address label" in page
    assert "Order 1002 is collected in the shop" in page
    labels = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    assert [bool(label.strip()) for label in labels] == [False, False, True]


@pytest.mark.parametrize("first", ["0", "-5", "99", "x"])
async def test_an_impossible_first_label_changes_nothing(
    seller: StaffClient, paid: list[Order], first: str
) -> None:
    page = await seller.read(f"/office/print/labels?orders=1001&first={first}")
    assert page.count("8 Example Walk") == page.count('<ul class="labels">') == 1


@pytest.mark.parametrize("paper", ["slips", "labels", "pick-list?orders=x"])
async def test_without_orders_a_page_leads_to_them(seller: StaffClient, paper: str) -> None:
    assert "Choose orders to pack" in await seller.read(f"/office/print/{paper}")


async def test_too_many_orders_are_named(seller: StaffClient, paid: list[Order]) -> None:
    chosen = "&".join(f"orders={number}" for number in range(1001, 1003 + MAX_ORDERS))
    page = await seller.read(f"/office/print/slips?{chosen}")
    assert "2 are left out" in page
