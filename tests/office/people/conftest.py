"""Staff with a password and an app, and sessions whose last proof is some time ago."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import random_base32
from sqlalchemy import Connection, update

from bookshop.database import Database
from bookshop.schema import staff_sessions
from bookshop.staff.credential_store import set_app, set_password
from bookshop.staff.encrypt import encrypt
from bookshop.staff.session import PROOF_TIME
from tests.builders import some_settings
from tests.office.staff_client import StaffClient
from tests.staff.people import PASSWORD, Person, hash_quickly

GiveApp = Callable[[StaffClient], Awaitable[Person]]
MakeStale = Callable[[], Awaitable[None]]


@pytest.fixture
def give_app(database: Database) -> GiveApp:
    """Return a function that gives a member of staff a password and an app."""

    def give(db: Connection, client: StaffClient) -> Person:
        secret = random_base32()
        set_password(db, client.member.id, hash_quickly(PASSWORD))
        set_app(db, client.member.id, encrypt(some_settings().secret_key, secret), 0)
        return Person(client.member, secret)

    return lambda client: database.write(give, client)


@pytest.fixture
def make_stale(database: Database) -> MakeStale:
    """Return a function after which every session needs a new proof."""
    long_ago = datetime.now(UTC) - PROOF_TIME - timedelta(seconds=1)

    def forget(db: Connection) -> None:
        db.execute(update(staff_sessions).values(proved_at=long_ago))

    return lambda: database.write(forget)
