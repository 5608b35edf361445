"""One's own account."""

import re
from datetime import UTC, datetime

import pytest
from pyotp import TOTP

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.staff.authenticate import NoMatch, SignInAttempt
from bookshop.staff.client import Client
from bookshop.staff.session import SignedIn
from bookshop.staff.session_store import add_session
from bookshop.staff.sign_in import sign_in
from tests.builders import some_settings
from tests.office.people.conftest import GiveApp
from tests.office.staff_client import StaffClient
from tests.shopper import text_of
from tests.staff.authenticator import Authenticator
from tests.staff.people import PASSWORD

NEW_PASSWORD = "nine brown kettles sing"
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')


@pytest.fixture
async def elsewhere(seller: StaffClient, shop: Shop, database: Database) -> StaffClient:
    """Return the same seller in another browser."""
    token = await database.write(
        add_session, seller.member.id, "password", datetime.now(UTC), browser="Firefox", network="192.0.2.7"
    )
    client = shop.test_client()
    client.set_cookie("localhost", "staff", token)
    return StaffClient(client, seller.member)


async def is_signed_in(client: StaffClient) -> bool:
    return (await client.get("/office")).status_code == 200


async def signs_in(database: Database, name: str, password: str, code: str) -> SignedIn | None:
    """Return the session that these would start."""
    keys = some_settings().secret_key
    attempt = SignInAttempt(name, password, code, Client("192.0.2.9", ""), keys, datetime.now(UTC))
    try:
        return await sign_in(database, attempt)
    except NoMatch:
        return None


async def add_passkey(client: StaffClient, name: str) -> Authenticator:
    """Add a passkey as the browser does."""
    device = Authenticator()
    created = device.create(await text_of(await client.get("/office/account/passkeys/new")))
    response = await client.post("/office/account/passkeys", {"name": name, "credential": created})
    assert response.headers["Location"] == "/office/account?done=passkey-added"
    return device


def passkey_paths(page: str, action: str) -> list[str]:
    return re.findall(rf'action="(/office/account/passkeys/[\w-]+/{action})"', page)


async def test_passkeys_are_added_renamed_and_removed(
    seller: StaffClient, elsewhere: StaffClient, give_app: GiveApp
) -> None:
    await give_app(seller)
    await add_passkey(seller, "Till")
    page = await seller.read("/office/account")
    [rename] = passkey_paths(page, "name")
    await seller.post(rename, {"name": "Till at the window"})
    page = await seller.read("/office/account")
    assert "Till at the window" in page
    assert await is_signed_in(elsewhere)
    [remove] = passkey_paths(page, "remove")
    response = await seller.post(remove)
    assert response.headers["Location"] == "/office/account?done=passkey-removed"
    assert not passkey_paths(await seller.read("/office/account"), "remove")
    assert await is_signed_in(seller)
    assert not await is_signed_in(elsewhere)


async def test_the_last_way_to_sign_in_stays(seller: StaffClient) -> None:
    await add_passkey(seller, "Phone")
    [remove] = passkey_paths(await seller.read("/office/account"), "remove")
    response = await seller.post(remove)
    page = await seller.read(response.headers["Location"])
    assert "the only way in which you can sign in" in page
    assert passkey_paths(page, "remove") == [remove]


async def test_a_passkey_of_another_session_is_refused(seller: StaffClient, elsewhere: StaffClient) -> None:
    created = Authenticator().create(await text_of(await elsewhere.get("/office/account/passkeys/new")))
    response = await seller.post("/office/account/passkeys", {"name": "x", "credential": created})
    assert response.status_code == 422
    assert "The passkey was not added." in await text_of(response)


async def test_nobody_changes_the_passkeys_of_others(seller: StaffClient, owner: StaffClient) -> None:
    await add_passkey(seller, "Phone")
    await add_passkey(seller, "Tablet")
    page = await seller.read("/office/account")
    for path in (*passkey_paths(page, "remove"), *passkey_paths(page, "name")):
        await owner.post(path, {"name": "Mine"})
    after = await seller.read("/office/account")
    assert len(passkey_paths(after, "remove")) == 2
    assert "Mine" not in after


async def test_a_new_password_ends_all_other_sessions(
    seller: StaffClient, elsewhere: StaffClient, database: Database, give_app: GiveApp
) -> None:
    ana = await give_app(seller)
    weak = await seller.post("/office/account/password", {"password": "short"})
    assert weak.status_code == 422
    assert "too short" in await text_of(weak)
    response = await seller.post("/office/account/password", {"password": NEW_PASSWORD})
    assert response.headers["Location"] == "/office/account?done=password-changed"
    assert await is_signed_in(seller)
    assert not await is_signed_in(elsewhere)
    assert not await signs_in(database, "Ana", PASSWORD, ana.code(datetime.now(UTC)))
    assert await signs_in(database, "Ana", NEW_PASSWORD, ana.code(datetime.now(UTC)))


async def test_a_first_password_comes_with_an_app_and_recovery_codes(
    seller: StaffClient, database: Database
) -> None:
    page = await seller.read("/office/account/password")
    found = SECRET.search(page)
    assert found
    app = TOTP(found[1].replace(" ", ""))
    wrong = await seller.post("/office/account/password", {"password": NEW_PASSWORD, "code": "1"})
    assert wrong.status_code == 422
    assert found[0] in await text_of(wrong)
    response = await seller.post("/office/account/password", {"password": NEW_PASSWORD, "code": app.now()})
    codes = re.findall(r"<code>([\w-]+)</code>", await text_of(response))
    assert len(codes) == 8
    assert await signs_in(database, "Ana", NEW_PASSWORD, codes[0])


async def test_another_app_replaces_the_first(
    seller: StaffClient, elsewhere: StaffClient, database: Database, give_app: GiveApp
) -> None:
    ana = await give_app(seller)
    secrets = []
    for _ in range(2):
        found = SECRET.search(await seller.read("/office/account/app"))
        assert found
        secrets.append(found[1].replace(" ", ""))
        response = await seller.post("/office/account/app", {"code": TOTP(secrets[-1]).now()})
        assert response.headers["Location"] == "/office/account?done=app-changed"
    # a phone that was lost meanwhile does not have the next secret
    assert len({ana.secret, *secrets}) == 3
    assert not await is_signed_in(elsewhere)
    assert not await signs_in(database, "Ana", PASSWORD, ana.code(datetime.now(UTC)))
    later = TOTP(secrets[-1]).at(datetime.now(UTC), counter_offset=1)
    assert await signs_in(database, "Ana", PASSWORD, later)


async def test_new_recovery_codes_replace_the_earlier_ones(
    seller: StaffClient, database: Database, give_app: GiveApp
) -> None:
    await give_app(seller)
    pages = [await text_of(await seller.post("/office/account/recovery-codes")) for _ in range(2)]
    earlier, codes = (re.findall(r"<code>([\w-]+)</code>", page) for page in pages)
    assert not await signs_in(database, "Ana", PASSWORD, earlier[0])
    assert await signs_in(database, "Ana", PASSWORD, codes[0])
    assert "7 of 8 recovery codes are left" in await seller.read("/office/account")


async def test_a_session_is_ended_from_another(
    seller: StaffClient, elsewhere: StaffClient, owner: StaffClient
) -> None:
    page = await seller.read("/office/account")
    assert "from 192.0.2.7" in page
    [other] = re.findall(r'name="session" value="(\w+)"', page)
    await owner.post("/office/account/sessions/end", {"session": other})
    assert await is_signed_in(elsewhere)
    await seller.post("/office/account/sessions/end", {"session": other})
    assert not await is_signed_in(elsewhere)
    assert await is_signed_in(seller)


async def test_all_other_sessions_are_ended_at_once(
    seller: StaffClient, elsewhere: StaffClient, owner: StaffClient
) -> None:
    await seller.post("/office/account/sessions/end-others")
    assert not await is_signed_in(elsewhere)
    assert await is_signed_in(seller)
    assert await is_signed_in(owner)


async def test_the_account_shows_what_happened(
    owner: StaffClient, seller: StaffClient, database: Database, give_app: GiveApp
) -> None:
    await give_app(seller)
    await signs_in(database, "Ana", "not it", "1")
    await add_passkey(seller, "Phone")
    page = await seller.read("/office/account")
    assert "A wrong password was typed for your name." in page
    assert "You added a passkey." in page
    assert "A wrong password" not in await owner.read("/office/account")
