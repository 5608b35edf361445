"""Storing what was done with the accounts of staff, which each person can read."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.schema import staff_events

# a stranger who keeps trying must not fill the database
MAX_FAILURES_KEPT = 100


class StaffEventKind(StrEnum):
    """What was done."""

    ADDED = "added"
    RESET = "reset"
    REMOVED = "removed"
    ROLE_CHANGED = "role_changed"
    SET_UP = "set_up"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    # after the right password, so another person may know it
    WRONG_CODE = "wrong_code"
    SIGN_IN_FAILED = "sign_in_failed"
    CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what was done
    APP_CHANGED = "app_changed"
    CODES_RENEWED = "codes_renewed"


ADD_EVENT = staff_events.insert()


def add_event(
    db: Connection,
    name: str,
    kind: StaffEventKind,
    now: datetime,
    *,
    actor: str | None = None,
    network: str = "",
) -> None:
    """Record what was done with an account: by the person, or by an actor, who is "" if unknown."""
    who = name if actor is None else actor
    row = {"name": name, "kind": kind, "actor": who, "network": network, "at": now}
    db.execute(ADD_EVENT, row)
    if kind is StaffEventKind.SIGN_IN_FAILED:
        delete_old_failures(db, name)


_OF_KIND = (staff_events.c.name == bindparam("of"), staff_events.c.kind == bindparam("of_kind"))
DELETE_OLD_FAILURES = staff_events.delete().where(
    *_OF_KIND,
    staff_events.c.id
    < select(staff_events.c.id)
    .where(*_OF_KIND)
    .order_by(staff_events.c.id.desc())
    .offset(MAX_FAILURES_KEPT - 1)
    .limit(1)
    .scalar_subquery(),
)


def delete_old_failures(db: Connection, name: str) -> None:
    """Keep only the last failures of a name."""
    db.execute(DELETE_OLD_FAILURES, {"of": name, "of_kind": StaffEventKind.SIGN_IN_FAILED})


LIST_EVENTS = (
    select(staff_events)
    .where(staff_events.c.name == bindparam("of"))
    .order_by(staff_events.c.id.desc())
    .limit(bindparam("at_most"))
)


def list_events(db: Connection, name: str, at_most: int = 50) -> list[AnyRow]:
    """Return the last events of an account, the newest first."""
    return list(db.execute(LIST_EVENTS, {"of": name, "at_most": at_most}))
