"""What surrounds the office's pages."""

import re

import pytest

from bookshop.database import Database, open_database
from bookshop.office.frame import COUNT_WAITING
from tests.fulfilment.test_work_list import explain
from tests.office.order.order_pages import address_of, place_order
from tests.office.staff_client import StaffClient
from tests.shopper import text_of


def links_of(page: str) -> list[str]:
    """Return the names of a page's links."""
    return [re.sub(r"<[^>]*>", "", link).strip() for link in re.findall(r"<a [^>]*>(.*?)</a>", page)]


async def test_the_frame_leads_everywhere(owner: StaffClient) -> None:
    page = await owner.read("/office")
    assert {"Today", "Orders", "To order", "Receive", "Mail", "Staff", "Mei", "Sign out"} <= {*links_of(page)}
    assert 'href="/office" aria-current="page"' in page


async def test_each_name_leads_to_one_place(database: Database, owner: StaffClient) -> None:
    order = await place_order(database)
    for path in ("/office", "/office/orders", address_of(order), "/office/mail"):
        links = " | ".join(links_of(await owner.read(path)))
        for name in ("Orders", "To order", "Mail", "Staff", "Sign out"):
            assert links.count(name) == 1, (path, name, links)


async def test_only_owners_see_the_way_to_the_staff(seller: StaffClient) -> None:
    assert "Staff" not in links_of(await seller.read("/office"))


async def test_a_fragment_has_no_frame(seller: StaffClient) -> None:
    assert "Sign out" not in await seller.read("/office", htmx=True)


async def test_shortcuts_are_off_until_they_are_switched_on(seller: StaffClient) -> None:
    assert "all keys" not in await seller.read("/office")
    response = await seller.post("/office/shortcuts", {"shortcuts": "on", "next": "/office?list=all"})
    assert response.headers["Location"] == "/office?list=all"
    assert "all keys" in await seller.read("/office")
    await seller.post("/office/shortcuts", {"shortcuts": "", "next": "/office"})
    assert "all keys" not in await seller.read("/office")


@pytest.mark.parametrize("elsewhere", ["", "//example.com", "/officers", "https://example.com/office"])
async def test_the_switch_leads_only_to_the_office(seller: StaffClient, elsewhere: str) -> None:
    response = await seller.post("/office/shortcuts", {"shortcuts": "on", "next": elsewhere})
    assert response.headers["Location"] == "/office"
    assert "Switch keyboard shortcuts off" in await text_of(await seller.get("/office"))


async def test_counting_reads_only_the_copies_that_wait(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    plan = await database.read(explain, COUNT_WAITING)
    assert "SCAN order_copies USING INDEX ix_order_copies_to_pack_queue" in plan
    await database.close()
