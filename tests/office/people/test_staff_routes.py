"""Owners add and remove staff, change roles, and decide what sellers may refund."""

import re

import pytest

from bookshop.database import Database
from bookshop.money import Money
from bookshop.office.refund_limit import find_refund_limit
from bookshop.staff.member import Role
from bookshop.staff.store import find_member
from tests.office.staff_client import StaffClient
from tests.shopper import text_of

LINK = re.compile(r'<code class="secret">http://localhost:5000(/office/welcome/[\w-]+)</code>')


async def test_an_owner_adds_a_seller_by_a_link(owner: StaffClient, database: Database) -> None:
    page = await text_of(await owner.post("/office/staff", {"name": " Bo ", "role": "seller"}))
    found = LINK.search(page)
    assert found
    assert "Welcome, Bo." in await owner.read(found[1])
    bo = await database.read(find_member, "Bo")
    assert bo
    assert bo.role is Role.SELLER
    # it is shown once
    assert not LINK.search(await owner.read("/office/staff"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("", "Type a name."), ("x" * 61, "too long"), ("B\x07o", "cannot be shown"), ("MEI", "has this name")],
)
async def test_a_name_that_will_not_do_is_explained(owner: StaffClient, name: str, problem: str) -> None:
    response = await owner.post("/office/staff", {"name": name, "role": "owner"})
    page = await text_of(response)
    assert response.status_code == 422
    assert problem in page
    assert re.search(r'value="owner" checked', page)


async def test_a_new_link_ends_sessions_and_what_was_set_up(owner: StaffClient, seller: StaffClient) -> None:
    page = await text_of(await owner.post(f"/office/staff/{seller.member.id}/link"))
    assert LINK.search(page)
    assert (await seller.get("/office")).status_code == 303


async def test_a_changed_role_counts_after_signing_in_again(
    owner: StaffClient, seller: StaffClient, database: Database
) -> None:
    form = {"role": "owner"}
    response = await owner.post(f"/office/staff/{seller.member.id}/role", form)
    # a double click does not take it back
    await owner.post(f"/office/staff/{seller.member.id}/role", form)
    assert response.headers["Location"] == "/office/staff?done=role-changed"
    assert (await seller.get("/office")).status_code == 303
    ana = await database.read(find_member, "Ana")
    assert ana
    assert ana.is_owner
    assert "Make Ana a seller" in await owner.read("/office/staff")


async def test_who_is_removed_is_out(owner: StaffClient, seller: StaffClient, database: Database) -> None:
    await owner.post(f"/office/staff/{seller.member.id}/remove")
    assert (await seller.get("/office")).status_code == 303
    assert not await database.read(find_member, "Ana")
    assert (await owner.post(f"/office/staff/{seller.member.id}/remove")).status_code == 404


@pytest.mark.parametrize("action", ["role", "remove"])
async def test_the_last_owner_stays(owner: StaffClient, action: str) -> None:
    response = await owner.post(f"/office/staff/{owner.member.id}/{action}", {"role": "seller"})
    assert "The shop needs an owner." in await owner.read(response.headers["Location"])


async def test_an_owner_limits_refunds_by_sellers(owner: StaffClient, database: Database) -> None:
    await owner.post("/office/staff/refund-limit", {"limit": "80.50"})
    assert await database.read(find_refund_limit, "SGD") == Money(80_50, "SGD")
    assert 'value="80.50"' in await owner.read("/office/staff")
    response = await owner.post("/office/staff/refund-limit", {"limit": "many"})
    page = await text_of(response)
    assert "Type an amount such as 100.00." in page
    assert 'value="many"' in page
    assert await database.read(find_refund_limit, "SGD") == Money(80_50, "SGD")


async def test_sellers_do_not_see_the_staff(seller: StaffClient) -> None:
    assert (await seller.get("/office/staff")).status_code == 403
    assert (await seller.post("/office/staff", {"name": "Bo", "role": "owner"})).status_code == 403
