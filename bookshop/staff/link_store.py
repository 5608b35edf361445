"""Storing links by which a member of staff sets up how to sign in, once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import staff, staff_links
from bookshop.schema.columns import TIMESTAMP
from bookshop.staff.member import Member
from bookshop.staff.session import hash_token, new_token
from bookshop.staff.store import to_member

LINK_TIME = timedelta(hours=1)
DELETE_LINKS = staff_links.delete().where(staff_links.c.staff_id == bindparam("of"))


def delete_links(db: Connection, staff_id: str) -> None:
    """Delete the links of a member of staff."""
    db.execute(DELETE_LINKS, {"of": staff_id})


ADD_LINK = staff_links.insert()


def add_link(db: Connection, staff_id: str, now: datetime) -> str:
    """Return the secret of a new link, which replaces earlier ones."""
    token = new_token()
    delete_links(db, staff_id)
    db.execute(
        ADD_LINK, {"token_hash": hash_token(token), "staff_id": staff_id, "expires_at": now + LINK_TIME}
    )
    return token


_IS_VALID = (
    staff_links.c.token_hash == bindparam("hash"),
    staff_links.c.expires_at > bindparam("now", type_=TIMESTAMP),
)
FIND_LINK = select(staff).join(staff_links).where(*_IS_VALID)


def find_link(db: Connection, token: str, now: datetime) -> Member | None:
    """Return whose link this is, unless it has been used or is too old."""
    row = db.execute(FIND_LINK, {"hash": hash_token(token), "now": now}).first()
    return to_member(row) if row else None


USE_LINK = staff_links.delete().where(*_IS_VALID)


def use_link(db: Connection, token: str, now: datetime) -> Member | None:
    """Use a link up; return whose it was."""
    member = find_link(db, token, now)
    used = db.execute(USE_LINK, {"hash": hash_token(token), "now": now}).rowcount
    return member if used else None
