"""Storing members of staff."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from bookshop.database import AnyRow
from bookshop.schema import owner_count, staff
from bookshop.staff.member import Member, Role, name_key

ADD_MEMBER = insert(staff)
ADD_OWNER = update(owner_count).values(owners=owner_count.c.owners + 1)
ADD_FIRST_OWNER = insert(owner_count).values(id=1, owners=1)


def add_member(db: Connection, name: str, role: Role, now: datetime) -> Member:
    """Add a member of staff; raises IntegrityError if the name is taken."""
    member = Member(uuid4().hex, name, role)
    db.execute(
        ADD_MEMBER,
        {"id": member.id, "name": name, "name_key": name_key(name), "role": role, "created_at": now},
    )
    if role is Role.OWNER and not db.execute(ADD_OWNER).rowcount:
        db.execute(ADD_FIRST_OWNER)
    return member


FIND_MEMBER = select(staff).where(staff.c.name_key == bindparam("key"))


def find_member(db: Connection, name: str) -> Member | None:
    """Return the member of staff with this name."""
    row = db.execute(FIND_MEMBER, {"key": name_key(name)}).first()
    return to_member(row) if row else None


LIST_MEMBERS = select(staff).order_by(staff.c.name_key)


def list_members(db: Connection) -> list[Member]:
    """Return all members of staff."""
    return [to_member(row) for row in db.execute(LIST_MEMBERS)]


def to_member(row: AnyRow) -> Member:
    return Member(row.id, row.name, Role(row.role), bool(row.has_shortcuts))


SET_SHORTCUTS = update(staff).where(staff.c.id == bindparam("member_id"))


def set_shortcuts(db: Connection, staff_id: str, *, is_on: bool) -> None:
    """Switch the keyboard shortcuts of a member of staff on or off."""
    db.execute(SET_SHORTCUTS.values(has_shortcuts=int(is_on)), {"member_id": staff_id})
