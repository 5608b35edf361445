"""Storing passwords and the secrets of authenticator apps."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.schema import passkeys, recovery_codes, staff
from bookshop.staff.member import Member, name_key
from bookshop.staff.store import to_member


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a member of staff signs in with; the secret of the app is encrypted."""

    member: Member
    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    totp_step: int


FIND_BY_NAME = select(staff).where(staff.c.name_key == bindparam("key"))


def find_credentials(db: Connection, name: str) -> Credentials | None:
    """Return the credentials of the member of staff with this name."""
    row = db.execute(FIND_BY_NAME, {"key": name_key(name)}).first()
    return to_credentials(row) if row else None


FIND_BY_ID = select(staff).where(staff.c.id == bindparam("of")).with_for_update()


def lock_credentials(db: Connection, staff_id: str) -> Credentials | None:
    """Return the credentials of a member of staff, which nothing else changes meanwhile."""
    row = db.execute(FIND_BY_ID, {"of": staff_id}).first()
    return to_credentials(row) if row else None


def to_credentials(row: AnyRow) -> Credentials:
    return Credentials(to_member(row), row.password_hash, row.totp_secret, row.totp_step)


_IS_MEMBER = staff.c.id == bindparam("of")
SET_PASSWORD = staff.update().where(_IS_MEMBER).values(password_hash=bindparam("hash"))


def set_password(db: Connection, staff_id: str, password_hash: str) -> None:
    """Store a password."""
    db.execute(SET_PASSWORD, {"of": staff_id, "hash": password_hash})


SET_APP = (
    staff.update().where(_IS_MEMBER).values(totp_secret=bindparam("secret"), totp_step=bindparam("step"))
)


def set_app(db: Connection, staff_id: str, encrypted_secret: str, step: int) -> None:
    """Store the secret of an authenticator app, and the time step of its last code."""
    db.execute(SET_APP, {"of": staff_id, "secret": encrypted_secret, "step": step})


CLEAR = (
    staff.update().where(_IS_MEMBER).values(password_hash="", totp_secret="", totp_step=0),
    passkeys.delete().where(passkeys.c.staff_id == bindparam("of")),
    recovery_codes.delete().where(recovery_codes.c.staff_id == bindparam("of")),
)


def clear_credentials(db: Connection, staff_id: str) -> None:
    """Delete all that a member of staff signs in with."""
    for statement in CLEAR:
        db.execute(statement, {"of": staff_id})
