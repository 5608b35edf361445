"""Sign out."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.session_store import end_session, find_session


def sign_out(db: Connection, token: str, now: datetime) -> None:
    """End the session with this secret, if it has not ended."""
    if session := find_session(db, token, now):
        end_session(db, session.token_hash)
        add_event(db, session.staff.name, StaffEventKind.SIGNED_OUT, now, network=session.network)
