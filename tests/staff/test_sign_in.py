"""Signing in with a name, a password and a code, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.schema import staff_sessions
from bookshop.staff.accept_code import accept_code
from bookshop.staff.authenticate import NoMatch, SignInAttempt
from bookshop.staff.client import Client
from bookshop.staff.credential_store import find_credentials, set_password
from bookshop.staff.event_store import StaffEventKind, list_events
from bookshop.staff.hash_password import needs_rehash
from bookshop.staff.known_browser import KnownBrowser
from bookshop.staff.recovery_code_store import count_codes, replace_codes
from bookshop.staff.session import SESSION_TIME, SignedIn
from bookshop.staff.session_store import add_session, find_session
from bookshop.staff.sign_in import sign_in
from bookshop.staff.waiting import TooManyFailures
from tests.staff.people import PASSWORD, Person, add_person

KEYS = ("a secret for tests only",)
NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
HERE = Client("203.0.113.7", "Firefox")


async def attempt(
    database: Database,
    code: str,
    *,
    name: str = "Mei",
    password: str = PASSWORD,
    at: datetime = NOW,
    client: Client = HERE,
) -> SignedIn:
    return await sign_in(database, SignInAttempt(name, password, code, client, KEYS, at))


async def fail(database: Database, times: int = 1, **typed: object) -> None:
    for _ in range(times):
        with pytest.raises(NoMatch):
            await attempt(database, "000000", **typed)  # type: ignore[arg-type]  # any of them


@pytest.fixture
async def mei(database: Database) -> Person:
    return await database.write(add_person, KEYS)


async def test_the_right_three_start_a_session(database: Database, mei: Person) -> None:
    signed_in = await attempt(database, mei.code(NOW), name="  MEI ")
    session = await database.read(find_session, signed_in.token, NOW)
    assert session
    assert session.staff == mei.member
    assert (session.method, session.network, session.browser) == ("password", "203.0.113.7", "Firefox")
    assert not await database.read(find_session, signed_in.token, NOW + timedelta(hours=12))
    found = await database.read(find_credentials, "Mei")
    assert found
    assert not needs_rehash(found.password_hash)


async def test_each_of_the_three_is_needed(database: Database, mei: Person) -> None:
    code = mei.code(NOW)
    for name, password in (("Mei", "another password"), ("Ana", PASSWORD), ("Mei", "")):
        with pytest.raises(NoMatch):
            await attempt(database, code, name=name, password=password)
    await fail(database, client=Client("203.0.113.8", ""))
    events = await database.read(list_events, "Mei")
    assert [event.kind for event in events] == [StaffEventKind.WRONG_CODE] + 2 * [
        StaffEventKind.SIGN_IN_FAILED
    ]


async def test_a_code_is_accepted_once_and_none_before_it(database: Database, mei: Person) -> None:
    await attempt(database, mei.code(NOW))
    for earlier in (0, -1):
        with pytest.raises(NoMatch):
            await attempt(database, mei.code(NOW, later=earlier))
    await attempt(database, mei.code(NOW, later=1))


async def test_a_recovery_code_stands_in_for_the_app_once(database: Database, mei: Person) -> None:
    await database.write(replace_codes, mei.member.id, ("k7wd2-9qmxa", "22222-33333"))
    signed_in = await attempt(database, "K7WD2 9QMXA")
    session = await database.read(find_session, signed_in.token, NOW)
    assert session
    assert session.method == "recovery_code"
    assert await database.read(count_codes, mei.member.id) == 1
    with pytest.raises(NoMatch):
        await attempt(database, "k7wd2-9qmxa")


async def test_failures_make_a_name_wait_longer_each_time(database: Database, mei: Person) -> None:
    await fail(database, 3, password="wrong")
    now = NOW
    for seconds in (5, 10, 20):
        with pytest.raises(TooManyFailures) as refused:
            await attempt(database, mei.code(now), at=now)
        assert refused.value.delay == timedelta(seconds=seconds)
        now += refused.value.delay
        if seconds < 20:
            await fail(database, password="wrong", at=now)
    await attempt(database, mei.code(now), at=now)
    # the first of the next row of failures is free again
    await fail(database, 2, password="wrong", at=now)
    await attempt(database, mei.code(now, later=1), at=now)


async def test_a_stranger_cannot_lock_an_owner_out(database: Database, mei: Person) -> None:
    stranger = Client("198.51.100.1", "curl")
    await fail(database, 3, password="wrong", client=stranger)
    with pytest.raises(TooManyFailures):
        await attempt(database, mei.code(NOW), client=stranger)
    await attempt(database, mei.code(NOW), client=HERE)


async def test_a_stranger_in_the_shops_own_network_does_not_lock_a_known_browser_out(
    database: Database, mei: Person
) -> None:
    for number in range(10):
        await fail(database, 2, name=f"Name {number}")
    with pytest.raises(TooManyFailures):
        await attempt(database, mei.code(NOW))
    known = Client(HERE.network, "", KnownBrowser("browser", (mei.member.id,)))
    await attempt(database, mei.code(NOW), client=known)
    others = Client(HERE.network, "", KnownBrowser("browser", ("another id",)))
    with pytest.raises(TooManyFailures):
        await attempt(database, mei.code(NOW, later=1), client=others)


async def test_who_knows_the_password_cannot_guess_codes_from_many_networks(
    database: Database, mei: Person
) -> None:
    for number in range(5):
        await fail(database, client=Client(f"198.51.100.{number}", ""))
    with pytest.raises(TooManyFailures):
        await attempt(database, mei.code(NOW), client=Client("198.51.100.9", ""))
    known = Client("198.51.100.9", "", KnownBrowser("browser", (mei.member.id,)))
    await attempt(database, mei.code(NOW), client=known)


async def test_a_stolen_database_or_another_secret_key_opens_nothing(database: Database) -> None:
    mei = await database.write(add_person, ("another secret than ours",))
    with pytest.raises(NoMatch):
        await attempt(database, mei.code(NOW))
    found = await database.read(find_credentials, "Mei")
    assert found
    assert mei.secret not in found.totp_secret


async def test_the_key_before_still_decrypts(database: Database, mei: Person) -> None:
    typed = SignInAttempt("Mei", PASSWORD, mei.code(NOW), HERE, ("a new secret of today", *KEYS), NOW)
    await sign_in(database, typed)


async def test_a_password_that_was_changed_meanwhile_opens_nothing(database: Database, mei: Person) -> None:
    found = await database.read(find_credentials, "Mei")
    assert found
    await database.write(set_password, mei.member.id, "another hash")
    assert not await database.write(accept_code, found, mei.code(NOW), KEYS, NOW)


async def test_signing_in_deletes_sessions_that_have_expired(database: Database, mei: Person) -> None:
    await database.write(add_session, mei.member.id, "password", NOW - SESSION_TIME)
    await attempt(database, mei.code(NOW))

    def count_sessions(db: Connection) -> int:
        return len(db.execute(select(staff_sessions.c.token_hash)).all())

    assert await database.read(count_sessions) == 1
