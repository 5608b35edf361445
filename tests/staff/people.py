"""Members of staff who can sign in with a password and an app."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from argon2 import PasswordHasher
from pyotp import TOTP, random_base32
from sqlalchemy import Connection

from bookshop.staff.credential_store import set_app, set_password
from bookshop.staff.encrypt import encrypt
from bookshop.staff.member import Member, Role
from bookshop.staff.store import add_member

PASSWORD = "seven green lamps at noon"


@dataclass(frozen=True)
class Person:
    """A member of staff and the secret of the app."""

    member: Member
    secret: str

    def code(self, now: datetime, *, later: int = 0) -> str:
        """Return what the app shows now, or so many codes later."""
        return TOTP(self.secret).at(now, counter_offset=later)


@cache
def hash_quickly(password: str) -> str:
    """Return a hash with the least memory, which is rehashed at the first sign-in."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def add_person(db: Connection, keys: tuple[str, ...], name: str = "Mei", role: Role = Role.OWNER) -> Person:
    """Add a member of staff who has set up a password and an app."""
    member = add_member(db, name, role, datetime.now(UTC))
    secret = random_base32()
    set_password(db, member.id, hash_quickly(PASSWORD))
    set_app(db, member.id, encrypt(keys, secret), 0)
    return Person(member, secret)
