"""Storing members of staff."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bookshop.database import AnyRow
from bookshop.schema import owner_count, staff
from bookshop.staff.member import Member, Role, name_key

ADD_MEMBER = insert(staff)


def add_member(db: Connection, name: str, role: Role, now: datetime) -> Member:
    """Add a member of staff; raises IntegrityError if the name is taken."""
    member = Member(uuid4().hex, name, role)
    db.execute(
        ADD_MEMBER,
        {"id": member.id, "name": name, "name_key": name_key(name), "role": role, "created_at": now},
    )
    if role is Role.OWNER:
        count_owner(db, 1)
    return member


COUNT_OWNER = update(owner_count).values(owners=owner_count.c.owners + bindparam("more"))
ADD_FIRST_OWNER = insert(owner_count).values(id=1, owners=1)


def count_owner(db: Connection, change: int) -> None:
    """Count one owner more, or one less; raises IntegrityError if there would be none."""
    if not db.execute(COUNT_OWNER, {"more": change}).rowcount:
        db.execute(ADD_FIRST_OWNER)


FIND_MEMBER = select(staff).where(staff.c.name_key == bindparam("key"))


def find_member(db: Connection, name: str) -> Member | None:
    """Return the member of staff with this name."""
    row = db.execute(FIND_MEMBER, {"key": name_key(name)}).first()
    return to_member(row) if row else None


FIND_MEMBER_BY_ID = select(staff).where(staff.c.id == bindparam("of"))


def find_member_by_id(db: Connection, staff_id: str) -> Member | None:
    """Return the member of staff with this id."""
    row = db.execute(FIND_MEMBER_BY_ID, {"of": staff_id}).first()
    return to_member(row) if row else None


LIST_MEMBERS = select(staff).order_by(staff.c.name_key)


def list_members(db: Connection) -> list[Member]:
    """Return all members of staff."""
    return [to_member(row) for row in db.execute(LIST_MEMBERS)]


SET_ROLE = update(staff).where(staff.c.id == bindparam("of")).values(role=bindparam("new_role"))


def set_role(db: Connection, staff_id: str, role: Role) -> None:
    """Change what a member of staff may do."""
    db.execute(SET_ROLE, {"of": staff_id, "new_role": role})


DELETE_MEMBER = delete(staff).where(staff.c.id == bindparam("of"))


def delete_member(db: Connection, staff_id: str) -> None:
    """Delete a member of staff, to whom no other row may belong any more."""
    db.execute(DELETE_MEMBER, {"of": staff_id})


def to_member(row: AnyRow) -> Member:
    return Member(row.id, row.name, Role(row.role), bool(row.has_shortcuts))


SET_SHORTCUTS = update(staff).where(staff.c.id == bindparam("member_id"))


def set_shortcuts(db: Connection, staff_id: str, *, is_on: bool) -> None:
    """Switch the keyboard shortcuts of a member of staff on or off."""
    db.execute(SET_SHORTCUTS.values(has_shortcuts=int(is_on)), {"member_id": staff_id})
