"""The first owner of a shop that is being tried."""

from datetime import datetime

from sqlalchemy import Connection, exists, select

from bookshop.schema import owner_count
from bookshop.staff.link_store import add_link
from bookshop.staff.manage_staff import add_staff
from bookshop.staff.member import Role
from bookshop.staff.overview_store import list_overview


def open_first_link(db: Connection, name: str, actor: str, now: datetime) -> str:
    """Return the secret of a link for the first owner; empty once an owner can sign in."""
    owners = [person for person in list_overview(db) if person.member.is_owner]
    if any(owner.can_sign_in for owner in owners):
        return ""
    if owners:
        return add_link(db, owners[0].member.id, now)
    return add_staff(db, name, Role.OWNER, actor, now)


HAS_OWNER = select(exists(select(owner_count.c.id)))


def has_owner(db: Connection) -> bool:
    """Return whether the shop has an owner."""
    return bool(db.execute(HAS_OWNER).scalar())
