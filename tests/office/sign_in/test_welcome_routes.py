"""The one-time link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.staff.link_store import find_link
from bookshop.staff.manage_staff import add_staff
from bookshop.staff.member import Role
from tests.office.staff_client import StaffClient
from tests.shopper import Shopper, text_of

PASSWORD = "seven green lamps at noon"


@pytest.fixture
async def token(shop: Shop, database: Database) -> str:
    return await database.write(add_staff, "Ana", Role.SELLER, "cli:root", datetime.now(UTC))


@pytest.fixture
async def ana(shop: Shop, database: Database, token: str) -> StaffClient:
    member = await database.read(find_link, token, datetime.now(UTC))
    assert member
    return StaffClient(shop.test_client(), member)


def secret_on(page: str) -> str:
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


async def test_a_link_sets_up_a_password_and_an_app_once(ana: StaffClient, token: str) -> None:
    address = f"/office/welcome/{token}"
    # opening it uses nothing up
    page = await ana.read(address)
    assert secret_on(page) == secret_on(await ana.read(address))
    assert "<svg" in page
    assert "style=" not in page
    form = {"password": PASSWORD, "code": TOTP(secret_on(page)).now()}
    response = await ana.post(address, form)
    assert response.status_code == 200
    codes = re.findall(r"<code>([\w-]+)</code>", await text_of(response))
    assert len(set(codes)) == 8
    assert "Ana" in await ana.read("/office")
    assert (await ana.get(address)).status_code == 410
    assert (await ana.post(address, form)).status_code == 410
    # the next time, with what was set up
    await ana.post("/office/sign-out")
    signed_in = await ana.post("/office/sign-in", {"name": "ana", "password": PASSWORD, "code": codes[0]})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("eleven char", "too short"),
        ("x" * 1025, "too long"),
        ("passwordpassword", "easy to guess"),
        ("bookshopana1", "easy to guess"),
        (PASSWORD, ""),
    ],
)
async def test_weak_passwords_and_wrong_codes_are_explained(
    ana: StaffClient, token: str, password: str, problem: str
) -> None:
    response = await ana.post(f"/office/welcome/{token}", {"password": password, "code": "12"})
    page = await text_of(response)
    assert response.status_code == 422
    assert problem in page
    assert "This code does not match." in page
    assert password not in page


async def test_a_link_lasts_an_hour_and_a_new_one_replaces_it(
    ana: StaffClient, database: Database, token: str
) -> None:
    now = datetime.now(UTC)
    assert await database.read(find_link, token, now + timedelta(minutes=59))
    assert not await database.read(find_link, token, now + timedelta(hours=1))
    assert "no longer valid" in await Shopper(ana.client).read("/office/welcome/unknown", status=410)
