"""Each challenge is answered once, by a passkey of this shop, in the browser that asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.database import Database
from bookshop.staff.member import Member, Role
from bookshop.staff.passkey import Passkey, RelyingParty, tidy_passkey_name
from bookshop.staff.passkey_challenge import CHALLENGE_TIME, is_valid_challenge, new_challenge
from bookshop.staff.passkey_store import list_passkeys
from bookshop.staff.store import add_member
from bookshop.staff.use_passkey import Ceremony, accept_signed, read_created, read_signed, store_created
from bookshop.staff.verify_passkey import (
    InvalidPasskey,
    creation_options,
    request_options,
    verify_created,
    verify_signed,
)
from tests.staff.authenticator import BACKED_UP, PRESENT, VERIFIED, Authenticator

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
SHOP = RelyingParty("localhost", "Bookshop", "http://localhost:5000")
KEYS = ("today's key", "an earlier key")
CEREMONY = Ceremony(SHOP, KEYS, "browser 1")
MEI = Member("0" * 32, "Mei", Role.OWNER)


def created_by(device: Authenticator) -> Passkey:
    """Return the passkey that the shop makes of what a device creates."""
    options = creation_options(SHOP, MEI, [], new_challenge(KEYS, CEREMONY.bound_to, NOW))
    return verify_created(SHOP, MEI, "Till", read_created(CEREMONY, device.create(options), NOW), NOW)


def signed_by(device: Authenticator, passkey: Passkey) -> Passkey:
    """Return the passkey after the device has signed with it."""
    options = request_options(SHOP, new_challenge(KEYS, CEREMONY.bound_to, NOW))
    return verify_signed(SHOP, passkey, read_signed(CEREMONY, device.sign(options), NOW), NOW)


def test_a_passkey_is_created_and_signs() -> None:
    device = Authenticator()
    passkey = created_by(device)
    assert passkey.transports == ("internal", "hybrid")
    assert passkey.is_backed_up
    assert signed_by(device, passkey) == replace(passkey, used_at=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"flags": PRESENT | VERIFIED | BACKED_UP},
        {"origin": "https://bookshop.example"},
        {"origin": "http://localhost:5001"},
        {"host": "example.com"},
    ],
    ids=[
        "not verified",
        "not present",
        "backed up but not eligible",
        "other site",
        "other port",
        "other host",
    ],
)
def test_a_passkey_of_another_kind_or_place_is_refused(changed: dict[str, int | str]) -> None:
    other = Authenticator(**changed)  # type: ignore[arg-type]  # each field has its own type
    with pytest.raises(InvalidPasskey):
        created_by(other)
    passkey = created_by(Authenticator(id=other.id, key=other.key))
    with pytest.raises(InvalidPasskey):
        signed_by(other, passkey)


def test_another_key_is_refused() -> None:
    device = Authenticator()
    passkey = created_by(device)
    with pytest.raises(InvalidPasskey):
        signed_by(Authenticator(id=device.id), passkey)


def test_a_copied_passkey_is_refused_unless_its_device_does_not_count() -> None:
    device = Authenticator(sign_count=7)
    passkey = created_by(device)
    with pytest.raises(InvalidPasskey):
        signed_by(device, passkey)
    device.sign_count = 8
    assert signed_by(device, passkey).sign_count == 8


@pytest.mark.parametrize(
    ("bound_to", "keys", "age", "is_valid"),
    [
        ("browser 1", KEYS, timedelta(0), True),
        ("browser 1", KEYS, CHALLENGE_TIME, True),
        ("browser 1", KEYS[1:], timedelta(0), True),
        ("browser 1", KEYS, CHALLENGE_TIME + timedelta(seconds=2), False),
        ("browser 1", KEYS, -CHALLENGE_TIME - timedelta(seconds=2), False),
        ("browser 2", KEYS, timedelta(0), False),
        ("browser 1", ("another key",), timedelta(0), False),
    ],
)
def test_a_challenge_is_valid_for_minutes_in_one_place(
    bound_to: str, keys: tuple[str, ...], age: timedelta, is_valid: bool
) -> None:
    challenge = new_challenge(keys, bound_to, NOW - age)
    assert is_valid_challenge(KEYS, "browser 1", challenge, NOW) == is_valid


@given(st.text() | st.sampled_from(["{}", "[" * 10_000, '{"id": 1}']))
def test_anything_else_is_refused(response: str) -> None:
    for read in (read_created, read_signed):
        with pytest.raises(InvalidPasskey):
            read(CEREMONY, response, NOW)


def test_the_name_of_a_passkey_is_one_short_line() -> None:
    assert tidy_passkey_name("  Mei’s \n phone ") == "Mei’s phone"
    assert tidy_passkey_name(" ") == "Passkey"
    assert len(tidy_passkey_name("x" * 99)) == 60


async def test_each_response_is_accepted_once(database: Database) -> None:
    mei = await database.write(add_member, "Mei", Role.OWNER, NOW)
    device = Authenticator()
    created = device.create(creation_options(SHOP, mei, [], new_challenge(KEYS, CEREMONY.bound_to, NOW)))
    new = read_created(CEREMONY, created, NOW)
    await database.write(store_created, SHOP, mei, "Till", new, NOW)
    with pytest.raises(InvalidPasskey):
        await database.write(store_created, SHOP, mei, "Till", new, NOW)
    signed = device.sign(request_options(SHOP, new_challenge(KEYS, CEREMONY.bound_to, NOW)))
    answer = read_signed(CEREMONY, signed, NOW)
    await database.write(accept_signed, SHOP, answer, NOW)
    with pytest.raises(InvalidPasskey):
        await database.write(accept_signed, SHOP, answer, NOW)
    [passkey] = await database.read(list_passkeys, mei.id)
    assert (passkey.name, passkey.used_at) == ("Till", NOW)


async def test_an_unknown_passkey_is_refused(database: Database) -> None:
    signed = Authenticator().sign(request_options(SHOP, new_challenge(KEYS, CEREMONY.bound_to, NOW)))
    with pytest.raises(InvalidPasskey):
        await database.write(accept_signed, SHOP, read_signed(CEREMONY, signed, NOW), NOW)
