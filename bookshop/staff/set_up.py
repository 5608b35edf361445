"""Set up how to sign in, with a one-time link."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bookshop.staff.accept_code import Method
from bookshop.staff.client import Client
from bookshop.staff.credential_store import set_app, set_password
from bookshop.staff.encrypt import encrypt
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.link_store import use_link
from bookshop.staff.member import Member
from bookshop.staff.recovery_code_store import replace_codes
from bookshop.staff.recovery_codes import new_codes
from bookshop.staff.session import SignedIn
from bookshop.staff.start_session import start_session


@dataclass(frozen=True, slots=True)
class PasswordAndApp:
    """A hashed password, and the secret of an app with the time step of its first code."""

    password_hash: str = field(repr=False)
    secret: str = field(repr=False)
    step: int


class LinkUsed(Exception):
    """The link has been used, or is too old."""


@dataclass(frozen=True, slots=True)
class Welcomed:
    """A first session, and the recovery codes, which are shown once."""

    signed_in: SignedIn
    codes: tuple[str, ...] = field(repr=False)


def set_up_password(
    db: Connection, token: str, chosen: PasswordAndApp, keys: Sequence[str], client: Client, now: datetime
) -> Welcomed:
    """Use the link to store a password and an app, and sign in; raises LinkUsed."""
    member = open_link(db, token, now)
    set_password(db, member.id, chosen.password_hash)
    set_app(db, member.id, encrypt(keys, chosen.secret), chosen.step)
    return welcome(db, member, Method.PASSWORD, client, now)


def open_link(db: Connection, token: str, now: datetime) -> Member:
    """Use a link up and return whose it was; raises LinkUsed."""
    if member := use_link(db, token, now):
        return member
    raise LinkUsed


def welcome(db: Connection, member: Member, method: Method, client: Client, now: datetime) -> Welcomed:
    """Start the first session of a member of staff who has set up how to sign in."""
    add_event(db, member.name, StaffEventKind.SET_UP, now, network=client.network)
    codes = new_codes()
    replace_codes(db, member.id, codes)
    return Welcomed(SignedIn(member, start_session(db, member, method, client, now)), codes)
