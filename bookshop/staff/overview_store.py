"""Reading how each member of staff signs in, and when they were last here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, func, select

from bookshop.schema import passkeys, recovery_codes, staff, staff_links, staff_sessions
from bookshop.staff.member import Member
from bookshop.staff.store import to_member


@dataclass(frozen=True, slots=True)
class Overview:
    """A member of staff; `link_until` is when an unused link stops working."""

    member: Member
    has_password: bool
    passkeys: int
    recovery_codes: int
    seen_at: datetime | None
    link_until: datetime | None

    @property
    def can_sign_in(self) -> bool:
        return self.has_password or self.passkeys > 0


def _of_each(table: Table, value: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(value).where(table.c.staff_id == staff.c.id).scalar_subquery()


LIST_OVERVIEW = select(
    staff,
    _of_each(passkeys, func.count()).label("passkeys"),
    _of_each(recovery_codes, func.count()).label("recovery_codes"),
    _of_each(staff_sessions, func.max(staff_sessions.c.seen_at)).label("seen_at"),
    _of_each(staff_links, func.max(staff_links.c.expires_at)).label("link_until"),
).order_by(staff.c.name_key)


def list_overview(db: Connection) -> list[Overview]:
    """Return all members of staff."""
    return [
        Overview(
            to_member(row),
            bool(row.password_hash and row.totp_secret),
            row.passkeys,
            row.recovery_codes,
            row.seen_at,
            row.link_until,
        )
        for row in db.execute(LIST_OVERVIEW)
    ]
