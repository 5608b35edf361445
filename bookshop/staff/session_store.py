"""Storing sessions."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.schema import staff, staff_sessions
from bookshop.schema.columns import TIMESTAMP
from bookshop.staff.member import Member, Role
from bookshop.staff.session import SESSION_TIME, Proved, Session, hash_token, new_token

ADD_SESSION = staff_sessions.insert()


def add_session(
    db: Connection, staff_id: str, method: str, now: datetime, *, network: str = "", browser: str = ""
) -> str:
    """Begin a session and return its secret, which only the browser keeps."""
    token = new_token()
    db.execute(
        ADD_SESSION,
        {
            "token_hash": hash_token(token),
            "staff_id": staff_id,
            "started_at": now,
            "seen_at": now,
            "proved_at": now,
            "expires_at": now + SESSION_TIME,
            "method": method,
            "network": network,
            "browser": browser,
        },
    )
    return token


FIND_SESSION = (
    select(staff_sessions, staff.c.name, staff.c.role, staff.c.has_shortcuts)
    .join(staff)
    .where(
        staff_sessions.c.token_hash == bindparam("token_hash"),
        staff_sessions.c.expires_at > bindparam("now", type_=TIMESTAMP),
    )
)


def find_session(db: Connection, token: str, now: datetime) -> Session | None:
    """Return the session with this secret, unless it has ended."""
    row = db.execute(FIND_SESSION, {"token_hash": hash_token(token), "now": now}).first()
    return to_session(row) if row else None


def to_session(row: AnyRow) -> Session:
    return Session(
        token_hash=row.token_hash,
        staff=Member(row.staff_id, row.name, Role(row.role), bool(row.has_shortcuts)),
        started_at=row.started_at,
        seen_at=row.seen_at,
        proved_at=row.proved_at,
        expires_at=row.expires_at,
        method=row.method,
        network=row.network,
        browser=row.browser,
        filters=json.loads(row.filters),
    )


SET_FILTERS = (
    staff_sessions.update()
    .where(staff_sessions.c.token_hash == bindparam("of_session"))
    .values(filters=bindparam("new_filters"))
)


def set_filters(db: Connection, token_hash: str, filters: Mapping[str, str]) -> None:
    """Remember the last filter of each list."""
    db.execute(SET_FILTERS, {"of_session": token_hash, "new_filters": json.dumps(dict(filters))})


END_SESSION = staff_sessions.delete().where(staff_sessions.c.token_hash == bindparam("ended"))


def end_session(db: Connection, token_hash: str) -> None:
    """End a session, if it has not ended."""
    db.execute(END_SESSION, {"ended": token_hash})


END_SESSIONS = staff_sessions.delete().where(staff_sessions.c.staff_id == bindparam("of"))


def end_sessions(db: Connection, staff_id: str) -> None:
    """End all sessions of a member of staff."""
    db.execute(END_SESSIONS, {"of": staff_id})


DELETE_EXPIRED = staff_sessions.delete().where(
    staff_sessions.c.expires_at <= bindparam("now", type_=TIMESTAMP)
)


def delete_expired(db: Connection, now: datetime) -> None:
    """Delete sessions that have ended by their age."""
    db.execute(DELETE_EXPIRED, {"now": now})


# another request of the same minute may have written it
SEE_SESSION = (
    staff_sessions.update()
    .where(staff_sessions.c.token_hash == bindparam("seen"), staff_sessions.c.seen_at < bindparam("now"))
    .values(seen_at=bindparam("now", type_=TIMESTAMP))
)


def see_session(db: Connection, token_hash: str, now: datetime) -> None:
    """Record that a session is being used."""
    db.execute(SEE_SESSION, {"seen": token_hash, "now": now})


PROVE_SESSION = (
    staff_sessions.update()
    .where(staff_sessions.c.token_hash == bindparam("old"))
    .values(token_hash=bindparam("new"), proved_at=bindparam("now", type_=TIMESTAMP))
)


def prove_session(db: Connection, token_hash: str, now: datetime) -> Proved | None:
    """Give a session a new secret and the time of its proof; None if it has ended.

    Who has stolen the earlier secret does not gain by the proof.
    """
    token = new_token()
    db.execute(PROVE_SESSION, {"old": token_hash, "new": hash_token(token), "now": now})
    session = find_session(db, token, now)
    return Proved(session, token) if session else None


LIST_SESSIONS = (
    select(staff_sessions, staff.c.name, staff.c.role, staff.c.has_shortcuts)
    .join(staff)
    .where(
        staff_sessions.c.staff_id == bindparam("of"),
        staff_sessions.c.expires_at > bindparam("now", type_=TIMESTAMP),
    )
    .order_by(staff_sessions.c.seen_at.desc(), staff_sessions.c.token_hash)
)


def list_sessions(db: Connection, staff_id: str, now: datetime) -> list[Session]:
    """Return the sessions of a member of staff, the one that was used last first."""
    return [to_session(row) for row in db.execute(LIST_SESSIONS, {"of": staff_id, "now": now})]


END_OWN_SESSION = staff_sessions.delete().where(
    staff_sessions.c.staff_id == bindparam("of"), staff_sessions.c.token_hash == bindparam("ended")
)


def end_own_session(db: Connection, staff_id: str, token_hash: str) -> None:
    """End a session of this member of staff, if there is one."""
    db.execute(END_OWN_SESSION, {"of": staff_id, "ended": token_hash})


END_OTHER_SESSIONS = staff_sessions.delete().where(
    staff_sessions.c.staff_id == bindparam("of"), staff_sessions.c.token_hash != bindparam("kept")
)


def end_other_sessions(db: Connection, session: Session) -> None:
    """End all other sessions of the same member of staff."""
    db.execute(END_OTHER_SESSIONS, {"of": session.staff.id, "kept": session.token_hash})
