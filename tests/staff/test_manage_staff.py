"""Adding, resetting and removing people, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.database import Database
from bookshop.staff.authenticate import NoMatch, SignInAttempt
from bookshop.staff.client import Client
from bookshop.staff.credential_store import find_credentials
from bookshop.staff.event_store import MAX_FAILURES_KEPT, StaffEventKind, add_event, list_events
from bookshop.staff.first_owner import has_owner, open_first_link
from bookshop.staff.link_store import find_link, use_link
from bookshop.staff.manage_staff import (
    LastOwner,
    NameTaken,
    add_staff,
    change_role,
    remove_staff,
    reset_staff,
)
from bookshop.staff.member import Member, Role, find_name_error
from bookshop.staff.overview_store import list_overview
from bookshop.staff.session_store import add_session, find_session
from bookshop.staff.sign_in import sign_in
from bookshop.staff.store import list_members
from bookshop.staff.waiting import TooManyFailures
from tests.staff.people import PASSWORD, add_person

KEYS = ("a secret for tests only",)
NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


async def add(database: Database, name: str, role: Role) -> Member:
    token = await database.write(add_staff, name, role, "cli:root", NOW)
    member = await database.read(find_link, token, NOW)
    assert member
    return member


async def test_no_two_people_share_a_name(database: Database) -> None:
    await add(database, "Mei Tan", Role.OWNER)
    with pytest.raises(NameTaken):
        await database.write(add_staff, " mei  TAN", Role.SELLER, "cli:root", NOW)
    assert [member.name for member in await database.read(list_members)] == ["Mei Tan"]


async def test_owners_are_counted_once_by_requests_at_once(database: Database) -> None:
    mei, ana = await add(database, "Mei", Role.OWNER), await add(database, "Ana", Role.SELLER)
    promote = (database.write(change_role, ana, Role.OWNER, "Mei", NOW) for _ in range(2))
    await asyncio.gather(*promote)
    remove = (database.write(remove_staff, mei, "Ana", NOW) for _ in range(2))
    await asyncio.gather(*remove)
    (left,) = await database.read(list_members)
    with pytest.raises(LastOwner):
        await database.write(remove_staff, left, "cli:root", NOW)
    with pytest.raises(LookupError):
        await database.write(reset_staff, mei, "Ana", NOW)


async def test_the_last_owner_stays(database: Database) -> None:
    mei, ana = await add(database, "Mei", Role.OWNER), await add(database, "Ana", Role.SELLER)
    with pytest.raises(LastOwner):
        await database.write(remove_staff, mei, "cli:root", NOW)
    with pytest.raises(LastOwner):
        await database.write(change_role, mei, Role.SELLER, "cli:root", NOW)
    await database.write(change_role, ana, Role.OWNER, "Mei", NOW)
    await database.write(remove_staff, mei, "Ana", NOW)
    (left,) = await database.read(list_members)
    with pytest.raises(LastOwner):
        await database.write(remove_staff, left, "cli:root", NOW)
    assert await database.read(list_members) == [left]


async def test_two_owners_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    owners = [await add(database, name, Role.OWNER) for name in ("Mei", "Ana")]
    results = await asyncio.gather(
        *(database.write(remove_staff, owner, "cli:root", NOW) for owner in owners), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["LastOwner", "NoneType"]
    assert len(await database.read(list_members)) == 1


async def test_a_reset_ends_everything_at_once(database: Database) -> None:
    mei = (await database.write(add_person, KEYS)).member
    token = await database.write(add_session, mei.id, "password", NOW)
    link = await database.write(reset_staff, mei, "cli:root", NOW)
    assert not await database.read(find_session, token, NOW)
    found = await database.read(find_credentials, "Mei")
    assert found
    assert (found.password_hash, found.totp_secret) == ("", "")
    assert await database.write(use_link, link, NOW) == mei
    assert await database.write(use_link, link, NOW) is None


async def test_another_role_ends_the_sessions(database: Database) -> None:
    ana = await add(database, "Ana", Role.SELLER)
    token = await database.write(add_session, ana.id, "password", NOW)
    await database.write(change_role, ana, Role.SELLER, "Mei", NOW)
    assert await database.read(find_session, token, NOW)
    await database.write(change_role, ana, Role.OWNER, "Mei", NOW)
    assert not await database.read(find_session, token, NOW)
    events = await database.read(list_events, "Ana")
    assert [(event.kind, event.actor) for event in events] == [("role_changed", "Mei"), ("added", "cli:root")]


async def test_the_first_owner_gets_a_link_until_one_can_sign_in(database: Database) -> None:
    assert not await database.read(has_owner)
    first = await database.write(open_first_link, "Owner", "cli:root", NOW)
    second = await database.write(open_first_link, "Owner", "cli:root", NOW)
    assert not await database.read(find_link, first, NOW)
    assert await database.read(find_link, second, NOW)
    assert await database.read(has_owner)
    assert len(await database.read(list_overview)) == 1
    await database.write(add_person, KEYS)
    assert await database.write(open_first_link, "Owner", "cli:root", NOW) == ""


async def test_only_the_last_failures_are_kept(database: Database) -> None:
    await database.write(add_event, "Mei", StaffEventKind.SIGNED_IN, NOW)
    for _ in range(MAX_FAILURES_KEPT + 3):
        await database.write(add_event, "Mei", StaffEventKind.SIGN_IN_FAILED, NOW, actor="")
    events = await database.read(list_events, "Mei", 1000)
    assert [event.kind for event in events].count("sign_in_failed") == MAX_FAILURES_KEPT
    assert events[-1].kind == "signed_in"


async def test_attempts_at_the_same_time_wait_like_those_in_turn(database: Database) -> None:
    await database.write(add_person, KEYS)

    async def guess(number: int) -> None:
        client = Client("198.51.100.1", "curl")
        await sign_in(database, SignInAttempt("Mei", f"{PASSWORD} {number}", "000000", client, KEYS, NOW))

    results = await asyncio.gather(*map(guess, range(8)), return_exceptions=True)
    assert [type(result) for result in results].count(NoMatch) == 3
    assert [type(result) for result in results].count(TooManyFailures) == 5


async def test_failures_are_forgotten_after_a_day(database: Database) -> None:
    mei = await database.write(add_person, KEYS)
    client = Client("198.51.100.1", "curl")
    for _ in range(3):
        with pytest.raises(NoMatch):
            await sign_in(database, SignInAttempt("Mei", "wrong", "", client, KEYS, NOW))
    tomorrow = NOW + timedelta(days=1, seconds=6)
    for _ in range(2):
        with pytest.raises(NoMatch):
            await sign_in(database, SignInAttempt("Mei", "wrong", "", client, KEYS, tomorrow))
    await sign_in(database, SignInAttempt("Mei", PASSWORD, mei.code(tomorrow), client, KEYS, tomorrow))


@pytest.mark.parametrize(
    ("name", "error"), [("Mei Tan", ""), ("  ", "empty"), ("x" * 61, "long"), ("Mei\n", "odd"), ("陳美", "")]
)
def test_names_are_one_line(name: str, error: str) -> None:
    assert find_name_error(name) == error
