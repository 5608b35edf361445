"""Start a session: of a member of staff who has shown who it is."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.staff.client import Client
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.member import Member
from bookshop.staff.session import hash_token
from bookshop.staff.session_store import add_session, delete_expired, end_session


def start_session(db: Connection, member: Member, method: str, client: Client, now: datetime) -> str:
    """Start a session in place of the browser's earlier one; return its secret."""
    delete_expired(db, now)
    if client.session_token:
        end_session(db, hash_token(client.session_token))
    add_event(db, member.name, StaffEventKind.SIGNED_IN, now, network=client.network)
    return add_session(db, member.id, method, now, network=client.network, browser=client.browser)
