"""What a backup states about the database that is in it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bookshop.backups.errors import BackupError
from bookshop.database.postgresql_version import find_major_version
from bookshop.migrations import find_revision
from bookshop.orders.identity import find_shop_id
from bookshop.schema import counters


@dataclass(frozen=True, slots=True)
class Facts:
    """A database at a moment; `server_major` is the version of PostgreSQL, 0 for SQLite."""

    kind: str
    server_major: int
    revision: str
    shop_id: str
    last_number: int
    at: datetime


FIND_LAST_NUMBER = select(counters.c.value).where(counters.c.name == "order")


def read_facts(db: Connection) -> Facts:
    """Describe the database; raises BackupError if it is empty."""
    kind, at = db.dialect.name, datetime.now(UTC)
    revision = find_revision(db)
    if revision is None:
        raise BackupError("The database is empty: there is nothing to back up.")
    major = find_major_version(db) if kind == "postgresql" else 0
    return Facts(kind, major, revision, find_shop_id(db), db.execute(FIND_LAST_NUMBER).scalar_one(), at)


def is_database_of(db: Connection, shop_id: str) -> bool:
    """Return whether this is the database of a shop with this id."""
    try:
        return find_revision(db) is not None and find_shop_id(db) == shop_id
    except SQLAlchemyError:
        return False
