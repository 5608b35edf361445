"""Check a password with its second factor."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.staff.credential_store import Credentials, lock_credentials, set_app
from bookshop.staff.encrypt import decrypt, encrypt
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.recovery_code_store import use_code
from bookshop.staff.totp import find_time_step


class Method(StrEnum):
    """How a session was begun."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    RECOVERY_CODE = "recovery_code"
    LINK = "link"
    PASSKEY = "passkey"


def accept_code(
    db: Connection, found: Credentials, code: str, keys: Sequence[str], now: datetime
) -> Method | None:
    """Use up a code of the app, or a recovery code; return which it was.

    `found` are the credentials whose password was right; they may have been changed since.
    """
    current = lock_credentials(db, found.member.id)
    if not current or current.password_hash != found.password_hash:
        return None
    secret = decrypt(keys, current.totp_secret) if current.totp_secret else ""
    step = find_time_step(secret, code, now, current.totp_step) if secret else None
    if step is not None:
        # encrypted again, so that a new SECRET_KEY soon needs the old one no more
        set_app(db, current.member.id, encrypt(keys, secret), step)
        return Method.PASSWORD
    if use_code(db, current.member.id, code):
        add_event(db, current.member.name, StaffEventKind.CODE_USED, now)
        return Method.RECOVERY_CODE
    return None
