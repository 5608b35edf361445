"""Add members of staff, reset how they sign in, change their role and remove them.

All of these end the person's sessions, and are recorded with who did them.
"""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.staff.credential_store import clear_credentials, lock_credentials
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.link_store import add_link, delete_links
from bookshop.staff.member import Member, Role
from bookshop.staff.session_store import end_sessions
from bookshop.staff.store import add_member, count_owner, delete_member, set_role


class NameTaken(Exception):
    """A member of staff has this name already."""


class LastOwner(Exception):
    """The shop always has an owner."""


def add_staff(db: Connection, name: str, role: Role, actor: str, now: datetime) -> str:
    """Add a member of staff and return the secret of the link; raises NameTaken."""
    try:
        member = add_member(db, name, role, now)
    except IntegrityError as error:
        raise NameTaken from error
    add_event(db, name, StaffEventKind.ADDED, now, actor=actor)
    return add_link(db, member.id, now)


def reset_staff(db: Connection, member: Member, actor: str, now: datetime) -> str:
    """Delete all that a member of staff signs in with; return the secret of a new link.

    Raises LookupError if the person was removed meanwhile.
    """
    if not lock_member(db, member):
        raise LookupError(member.name)
    clear_credentials(db, member.id)
    end_sessions(db, member.id)
    add_event(db, member.name, StaffEventKind.RESET, now, actor=actor)
    return add_link(db, member.id, now)


def remove_staff(db: Connection, member: Member, actor: str, now: datetime) -> None:
    """Remove a member of staff, whose name stays on what was done; raises LastOwner.

    Nothing changes if others were faster.
    """
    current = lock_member(db, member)
    if not current:
        return
    if current.is_owner:
        stop_being_owner(db)
    clear_credentials(db, member.id)
    end_sessions(db, member.id)
    delete_links(db, member.id)
    delete_member(db, member.id)
    add_event(db, member.name, StaffEventKind.REMOVED, now, actor=actor)


def change_role(db: Connection, member: Member, role: Role, actor: str, now: datetime) -> None:
    """Give a member of staff another role, if there still is one; raises LastOwner."""
    current = lock_member(db, member)
    if not current or role is current.role:
        return
    if current.is_owner:
        stop_being_owner(db)
    else:
        count_owner(db, 1)
    set_role(db, member.id, role)
    end_sessions(db, member.id)
    add_event(db, member.name, StaffEventKind.ROLE_CHANGED, now, actor=actor)


def lock_member(db: Connection, member: Member) -> Member | None:
    """Return a member of staff as it is now, so that each owner counts once."""
    found = lock_credentials(db, member.id)
    return found.member if found else None


def stop_being_owner(db: Connection) -> None:
    """Count one owner less; the database refuses it for the last one."""
    try:
        count_owner(db, -1)
    except IntegrityError as error:
        raise LastOwner from error
