"""Sign everyone out of the office."""

from sqlalchemy import Connection

from bookshop.schema import staff_links, staff_sessions


def end_all_sessions(db: Connection) -> None:
    """End every session, and every link by which a person may sign in."""
    db.execute(staff_sessions.delete())
    db.execute(staff_links.delete())
