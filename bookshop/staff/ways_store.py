"""Reading how a member of staff can sign in."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from bookshop.schema import passkeys, recovery_codes, staff


@dataclass(frozen=True, slots=True)
class Ways:
    """What a member of staff can sign in with, and how many recovery codes are left."""

    has_password: bool
    passkeys: int
    recovery_codes: int


FIND_WAYS = select(
    (staff.c.password_hash != "").label("has_password"),
    select(func.count()).where(passkeys.c.staff_id == bindparam("of")).scalar_subquery().label("passkeys"),
    select(func.count())
    .where(recovery_codes.c.staff_id == bindparam("of"))
    .scalar_subquery()
    .label("recovery_codes"),
).where(staff.c.id == bindparam("of"))


def find_ways(db: Connection, staff_id: str) -> Ways:
    """Return what a member of staff can sign in with."""
    row = db.execute(FIND_WAYS, {"of": staff_id}).one()
    return Ways(bool(row.has_password), row.passkeys, row.recovery_codes)
