"""Change a restored database where the world has gone on since the backup."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.mail.hold_mails import hold_waiting_mails
from bookshop.recovery.recovery_store import begin_recovery
from bookshop.staff.end_all_sessions import end_all_sessions


def clean_restored(db: Connection, made_at: datetime) -> None:
    """Hold waiting mails, sign the staff out, and give no number before Stripe was asked.

    The mails have probably been sent since, and a session may have been ended since.
    """
    hold_waiting_mails(db)
    end_all_sessions(db)
    begin_recovery(db, made_at, datetime.now(UTC))
