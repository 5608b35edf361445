"""Signing in with a passkey, and setting one up with the one-time link."""

import json
from datetime import UTC, datetime

import pytest
from quart import Response

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.staff.link_store import find_link
from bookshop.staff.manage_staff import add_staff, remove_staff
from bookshop.staff.member import Role
from tests.office.staff_client import StaffClient
from tests.shopper import text_of
from tests.staff.authenticator import PRESENT, Authenticator


@pytest.fixture
async def token(shop: Shop, database: Database) -> str:
    return await database.write(add_staff, "Ana", Role.SELLER, "cli:root", datetime.now(UTC))


@pytest.fixture
async def ana(shop: Shop, database: Database, token: str) -> StaffClient:
    """Return a browser that has opened nothing yet."""
    member = await database.read(find_link, token, datetime.now(UTC))
    assert member
    return StaffClient(shop.test_client(), member)


@pytest.fixture
async def device(ana: StaffClient, token: str) -> Authenticator:
    """Return the device of a passkey that was set up with the link; its browser has signed out."""
    device = Authenticator()
    response = await set_up(ana, token, device)
    assert (response.status_code, response.headers["Location"]) == (303, "/office")
    assert "Ana" in await ana.read("/office")
    await ana.post("/office/sign-out")
    return device


async def set_up(client: StaffClient, token: str, device: Authenticator) -> Response:
    path = f"/office/welcome/{token}/passkey"
    return await client.post(path, {"credential": device.create(await text_of(await client.get(path)))})


async def sign_in(client: StaffClient, device: Authenticator) -> Response:
    signed = device.sign(await text_of(await client.get("/office/sign-in/passkey")))
    return await client.post("/office/sign-in/passkey?next=/office/account", {"credential": signed})


async def test_a_link_works_once(ana: StaffClient, token: str, device: Authenticator) -> None:
    path = f"/office/welcome/{token}/passkey"
    assert (await ana.get(path)).status_code == 410
    assert (await ana.post(path, {"credential": "{}"})).status_code == 410


@pytest.mark.parametrize("odd_id", ["\0", "\ud800"])
async def test_an_id_that_no_device_makes_is_refused(
    ana: StaffClient, device: Authenticator, odd_id: str
) -> None:
    signed = json.loads(device.sign(await text_of(await ana.get("/office/sign-in/passkey"))))
    response = await ana.post("/office/sign-in/passkey", {"credential": json.dumps({**signed, "id": odd_id})})
    assert response.status_code == 422


async def test_a_failure_keeps_the_link(ana: StaffClient, token: str) -> None:
    response = await set_up(ana, token, Authenticator(flags=PRESENT))
    assert response.status_code == 422
    page = await text_of(response)
    assert "The passkey was not accepted." in page
    assert "New password" in page
    assert (await set_up(ana, token, Authenticator())).status_code == 303


async def test_a_passkey_signs_in(ana: StaffClient, device: Authenticator) -> None:
    response = await sign_in(ana, device)
    assert response.headers["Location"] == "/office/account"
    assert "You signed in." in await ana.read("/office/account")


async def test_what_one_browser_asked_for_is_of_no_use_in_another(
    ana: StaffClient, device: Authenticator, shop: Shop
) -> None:
    signed = device.sign(await text_of(await ana.get("/office/sign-in/passkey")))
    other = StaffClient(shop.test_client(), ana.member)
    for _ in range(2):
        response = await other.post("/office/sign-in/passkey", {"credential": signed})
        assert response.status_code == 422
        assert "This passkey was not accepted." in await text_of(response)
        # with a challenge of its own too
        await other.get("/office/sign-in/passkey")
    form = {"credential": signed}
    assert (await ana.post("/office/sign-in/passkey", form)).status_code == 303
    assert (await ana.post("/office/sign-in/passkey", form)).status_code == 422


async def test_who_was_removed_does_not_sign_in(
    ana: StaffClient, device: Authenticator, database: Database
) -> None:
    await database.write(remove_staff, ana.member, "Mei", datetime.now(UTC))
    assert (await sign_in(ana, device)).status_code == 422


@pytest.mark.parametrize("credential", ["", "{}", "null"])
async def test_nonsense_is_refused(ana: StaffClient, credential: str) -> None:
    assert (await ana.post("/office/sign-in/passkey", {"credential": credential})).status_code == 422
