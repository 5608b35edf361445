"""The lock that makes imports and overrides write one after the other."""

from sqlalchemy import Connection, func, select

LOCK = select(func.pg_advisory_xact_lock(0x626F6F6B))


def lock_catalogue(db: Connection) -> None:
    """Wait for other imports and overrides; the lock ends with the transaction.

    Each derives books from all stored records, so two at once could miss each other's. SQLite has only one
    writer anyway.
    """
    if db.dialect.name == "postgresql":
        db.execute(LOCK)
