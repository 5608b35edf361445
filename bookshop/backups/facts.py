"""What a backup states about the database that is in it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Integer, cast, func, select
from sqlalchemy.exc import SQLAlchemyError

from bookshop.backups.errors import BackupError
from bookshop.migrations import find_revision
from bookshop.orders.identity import find_shop_id
from bookshop.schema import counters


@dataclass(frozen=True, slots=True)
class Facts:
    """A database at a moment; `server` is the major version of PostgreSQL, 0 for SQLite."""

    kind: str
    server: int
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
    server = find_server_version(db) if kind == "postgresql" else 0
    return Facts(kind, server, revision, find_shop_id(db), db.execute(FIND_LAST_NUMBER).scalar_one(), at)


FIND_SERVER_VERSION = select(cast(func.current_setting("server_version_num"), Integer))


def find_server_version(db: Connection) -> int:
    """Return the major version of the PostgreSQL server."""
    return db.execute(FIND_SERVER_VERSION).scalar_one() // 10_000


def is_database_of(db: Connection, shop_id: str) -> bool:
    """Return whether this is the database of a shop with this id."""
    try:
        return find_revision(db) is not None and find_shop_id(db) == shop_id
    except SQLAlchemyError:
        return False
