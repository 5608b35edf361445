"""Read what the page of one's own account shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bookshop.office.people.event_words import EventLine, describe_event
from bookshop.staff.browser_name import name_browser
from bookshop.staff.event_store import list_events
from bookshop.staff.passkey import Passkey
from bookshop.staff.passkey_store import list_passkeys
from bookshop.staff.session import Session
from bookshop.staff.session_store import list_sessions
from bookshop.staff.ways_store import Ways, find_ways

MAX_EVENTS = 20


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner recognises it."""

    id: str
    browser_name: str
    network: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """How a member of staff signs in, where they have, and what happened."""

    ways: Ways
    passkeys: list[Passkey]
    sessions: list[SessionLine]
    events: list[EventLine]


def read_account(db: Connection, session: Session, now: datetime) -> OwnAccount:
    """Return the account of the member of staff whose session this is."""
    staff = session.staff
    return OwnAccount(
        find_ways(db, staff.id),
        list_passkeys(db, staff.id),
        [describe_session(each, session) for each in list_sessions(db, staff.id, now)],
        [describe_event(row, staff.name) for row in list_events(db, staff.name, MAX_EVENTS)],
    )


def describe_session(each: Session, this: Session) -> SessionLine:
    return SessionLine(
        each.token_hash,
        name_browser(each.browser),
        each.network,
        each.started_at,
        each.seen_at,
        each.token_hash == this.token_hash,
    )
