"""Every address of the office refuses a request without the right.

All addresses, with each kind of request; an address that is open to strangers must be named here.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from quart import Response

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.office.addresses import ADDRESSES
from bookshop.office.route import Access, Route
from bookshop.staff.manage_staff import remove_staff
from bookshop.staff.session import PROOF_TIME, SESSION_TIME, hash_token
from bookshop.staff.session_store import add_session, end_sessions, find_session
from tests.office.staff_client import StaffClient
from tests.shopper import text_of

OPEN = {"/sign-in", "/sign-in/passkey", "/sign-out", "/welcome/<token>", "/welcome/<token>/passkey"}
GUARDED = [address for address in ADDRESSES if address.access is not Access.OPEN]
OTHER_SITES: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {},
)


def path_of(address: Route) -> str:
    """Return the address of a thing that does not exist."""
    return "/office" + re.sub(r"<(?:\w+:)?\w+>", "1", address.path)


async def send(client: StaffClient, address: Route, *, htmx: bool = False) -> Response:
    if address.method == "POST":
        return await client.post(path_of(address), htmx=htmx)
    return await client.get(path_of(address), htmx=htmx)


def is_sign_in(response: Response) -> bool:
    return response.status_code == 303 and response.headers["Location"].startswith("/office/sign-in")


@pytest.fixture
def stranger(shop: Shop, owner: StaffClient) -> StaffClient:
    """Return a browser without a session."""
    return StaffClient(shop.test_client(), owner.member)


def test_nothing_else_is_open_to_strangers(shop: Shop) -> None:
    assert {address.path for address in ADDRESSES if address.access is Access.OPEN} == OPEN
    rules = {rule.rule for rule in shop.url_map.iter_rules() if rule.rule.startswith("/office")}
    assert rules == {"/office" + address.path for address in ADDRESSES}


async def list_ended_sessions(database: Database, client: StaffClient) -> list[str]:
    """Return secrets of sessions that ended, expired, or never began, and what is stored of one."""
    now = datetime.now(UTC)
    ended = await database.write(add_session, client.member.id, "password", now)
    await database.write(end_sessions, client.member.id)
    expired = await database.write(add_session, client.member.id, "password", now - SESSION_TIME)
    running = await database.write(add_session, client.member.id, "password", now)
    return [ended, expired, "unknown", hash_token(running)]


async def test_a_request_without_a_session_is_refused(
    stranger: StaffClient, owner: StaffClient, database: Database
) -> None:
    tokens = ["", *await list_ended_sessions(database, owner)]
    for address in GUARDED:
        for token in tokens:
            if token:
                stranger.client.set_cookie("localhost", "staff", token)
            plain = await send(stranger, address)
            assert is_sign_in(plain), (address, token)
            fragment = await send(stranger, address, htmx=True)
            assert fragment.status_code == 401, (address, token)
            assert fragment.headers["HX-Retarget"] == "#notices"
            assert {plain.headers["Cache-Control"], fragment.headers["Cache-Control"]} == {"no-store"}


async def test_a_notice_leads_to_sign_in_in_a_new_tab(stranger: StaffClient) -> None:
    notice = await stranger.get("/office/orders", htmx=True)
    assert 'href="/office/sign-in" target="_blank"' in await text_of(notice)


async def test_other_sites_and_forms_without_an_origin_are_refused(owner: StaffClient) -> None:
    for address in ADDRESSES:
        for headers in OTHER_SITES if address.method == "POST" else ():
            response = await owner.client.post(path_of(address), headers=headers)
            assert response.status_code == 403, (address, headers)


async def test_sellers_and_owners_get_what_their_role_allows(seller: StaffClient, owner: StaffClient) -> None:
    for client in (seller, owner):
        for address in GUARDED:
            response = await send(client, address)
            is_allowed = client is owner or not address.access.needs_owner
            assert not is_sign_in(response), address
            assert (response.status_code not in (401, 403)) == is_allowed, (address, response.status_code)
            assert response.status_code < 500, address
            assert response.headers["Cache-Control"] == "no-store", address


async def test_an_old_proof_is_asked_for_again(owner: StaffClient, database: Database, shop: Shop) -> None:
    now = datetime.now(UTC)
    token = await database.write(add_session, owner.member.id, "password", now - PROOF_TIME)
    client = StaffClient(shop.test_client(), owner.member)
    client.client.set_cookie("localhost", "staff", token)
    for address in GUARDED:
        page = await text_of(await send(client, address))
        assert ("Confirm it is you" in page) == address.access.needs_proof, address


async def test_those_who_have_left_are_refused(seller: StaffClient, database: Database) -> None:
    await database.write(remove_staff, seller.member, "cli:root", datetime.now(UTC))
    assert is_sign_in(await seller.get("/office"))


async def test_a_form_sent_after_the_end_is_not_carried_out(seller: StaffClient, database: Database) -> None:
    await database.write(end_sessions, seller.member.id)
    response = await seller.post("/office/shortcuts", {"shortcuts": "on"})
    assert response.headers["Location"] == "/office/sign-in?notice=not-done"
    assert "What you just sent was not done." in await seller.read(response.headers["Location"])


async def test_a_session_is_seen_once_a_minute(seller: StaffClient, database: Database, shop: Shop) -> None:
    then = datetime.now(UTC) - timedelta(seconds=61)
    token = await database.write(add_session, seller.member.id, "password", then)
    client = StaffClient(shop.test_client(), seller.member)
    client.client.set_cookie("localhost", "staff", token)
    seen = []
    for _ in range(2):
        assert (await client.get("/office/account")).status_code == 200
        session = await database.read(find_session, token, datetime.now(UTC))
        assert session
        seen.append(session.seen_at)
    assert seen[0] > then + timedelta(seconds=60)
    assert seen[1] == seen[0]
