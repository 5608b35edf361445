"""Create a passkey for a member of staff, and accept what one has signed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

from bookshop.staff.member import Member
from bookshop.staff.passkey import MAX_PASSKEYS, Passkey, RelyingParty
from bookshop.staff.passkey_challenge import is_valid_challenge, use_challenge
from bookshop.staff.passkey_store import add_passkey, find_passkey, list_passkeys, lock_passkey, record_use
from bookshop.staff.verify_passkey import (
    InvalidPasskey,
    challenge_of,
    parse_created,
    parse_signed,
    verify_created,
    verify_signed,
)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """For whom a challenge was made: the session, link or browser `bound_to`."""

    party: RelyingParty
    keys: Sequence[str] = field(repr=False)
    bound_to: str = field(repr=False)


def read_created(ceremony: Ceremony, response: str, now: datetime) -> RegistrationCredential:
    """Read a new passkey that was asked for by this ceremony; raises InvalidPasskey."""
    credential = parse_created(response)
    refuse_other_challenge(ceremony, challenge_of(credential), now)
    return credential


def read_signed(ceremony: Ceremony, response: str, now: datetime) -> AuthenticationCredential:
    """Read what a passkey signed for this ceremony; raises InvalidPasskey."""
    credential = parse_signed(response)
    refuse_other_challenge(ceremony, challenge_of(credential), now)
    return credential


def refuse_other_challenge(ceremony: Ceremony, challenge: bytes, now: datetime) -> None:
    if not is_valid_challenge(ceremony.keys, ceremony.bound_to, challenge, now):
        raise InvalidPasskey("the challenge is too old or was not made here")


def store_created(
    db: Connection,
    party: RelyingParty,
    member: Member,
    name: str,
    credential: RegistrationCredential,
    now: datetime,
) -> Passkey:
    """Store a new passkey; raises InvalidPasskey."""
    passkey = verify_created(party, member, name, credential, now)
    if len(list_passkeys(db, member.id)) >= MAX_PASSKEYS or find_passkey(db, passkey.id):
        raise InvalidPasskey("there are too many, or it is stored already")
    refuse_second_use(db, challenge_of(credential), now)
    add_passkey(db, passkey)
    return passkey


def accept_signed(
    db: Connection, party: RelyingParty, credential: AuthenticationCredential, now: datetime
) -> Passkey:
    """Return the passkey that signed; raises InvalidPasskey."""
    found = lock_passkey(db, credential.id)
    if not found:
        raise InvalidPasskey("the shop does not know this passkey")
    passkey = verify_signed(party, found, credential, now)
    refuse_second_use(db, challenge_of(credential), now)
    record_use(db, passkey.id, passkey.sign_count, is_backed_up=passkey.is_backed_up, now=now)
    return passkey


def refuse_second_use(db: Connection, challenge: bytes, now: datetime) -> None:
    if not use_challenge(db, challenge, now):
        raise InvalidPasskey("the challenge has been used")
