"""Change a restored database where the world has gone on since the backup."""

from sqlalchemy import Connection

from bookshop.mail.hold_mails import hold_waiting_mails
from bookshop.staff.end_all_sessions import end_all_sessions


def clean_restored(db: Connection) -> None:
    """Hold the mails that waited, and sign the staff out.

    The mails have probably been sent since, and a session may have been ended since.
    """
    hold_waiting_mails(db)
    end_all_sessions(db)
