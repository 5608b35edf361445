"""What members of staff change in their own accounts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from webauthn.helpers.structs import RegistrationCredential

from bookshop.staff.credential_store import lock_credentials, set_app, set_password
from bookshop.staff.encrypt import encrypt
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.passkey import RelyingParty
from bookshop.staff.passkey_store import delete_passkey, list_passkeys
from bookshop.staff.recovery_code_store import replace_codes
from bookshop.staff.recovery_codes import new_codes
from bookshop.staff.session import Session
from bookshop.staff.session_store import end_other_sessions
from bookshop.staff.set_up import PasswordAndApp
from bookshop.staff.use_passkey import store_created
from bookshop.staff.ways_store import find_ways


class LastWay(Exception):
    """Without this passkey the person could not sign in."""


def add_own_passkey(
    db: Connection,
    party: RelyingParty,
    session: Session,
    name: str,
    credential: RegistrationCredential,
    now: datetime,
) -> None:
    """Store a new passkey; raises InvalidPasskey."""
    store_created(db, party, session.staff, name, credential, now)
    record(db, session, StaffEventKind.PASSKEY_ADDED, now)


def remove_own_passkey(db: Connection, session: Session, passkey_id: str, now: datetime) -> None:
    """Delete a passkey, which may be lost, and end all other sessions; raises LastWay."""
    lock_credentials(db, session.staff.id)
    if not delete_passkey(db, session.staff.id, passkey_id):
        return
    if not find_ways(db, session.staff.id).has_password and not list_passkeys(db, session.staff.id):
        raise LastWay
    end_other_sessions(db, session)
    record(db, session, StaffEventKind.PASSKEY_REMOVED, now)


def change_password(db: Connection, session: Session, password_hash: str, now: datetime) -> None:
    """Store a password, and end all other sessions."""
    set_password(db, session.staff.id, password_hash)
    end_other_sessions(db, session)
    record(db, session, StaffEventKind.PASSWORD_CHANGED, now)


def change_app(
    db: Connection, session: Session, secret: str, step: int, keys: Sequence[str], now: datetime
) -> None:
    """Store the secret of another app, and end all other sessions."""
    set_app(db, session.staff.id, encrypt(keys, secret), step)
    end_other_sessions(db, session)
    record(db, session, StaffEventKind.APP_CHANGED, now)


def add_password(
    db: Connection, session: Session, chosen: PasswordAndApp, keys: Sequence[str], now: datetime
) -> tuple[str, ...]:
    """Store a first password and its app; return the recovery codes."""
    set_app(db, session.staff.id, encrypt(keys, chosen.secret), chosen.step)
    change_password(db, session, chosen.password_hash, now)
    return renew_codes(db, session, now)


def renew_codes(db: Connection, session: Session, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes; the earlier ones no longer work."""
    codes = new_codes()
    replace_codes(db, session.staff.id, codes)
    record(db, session, StaffEventKind.CODES_RENEWED, now)
    return codes


def record(db: Connection, session: Session, kind: StaffEventKind, now: datetime) -> None:
    add_event(db, session.staff.name, kind, now, network=session.network)
