"""Units of work on SQLite or PostgreSQL.

A unit of work is a plain function whose first argument is a SQLAlchemy Core connection. Since it cannot
await, no transaction can ever wait for the network.
"""

from collections.abc import Awaitable, Callable

from bookshop.database.errors import CommitUnknown, DatabaseUnavailable, Fault
from bookshop.database.interface import MAX_WAIT_SECONDS, AnyRow, Database, T
from bookshop.database.postgresql import PostgresDatabase
from bookshop.database.sqlite import SqliteDatabase

__all__ = [
    "AnyRow",
    "CommitUnknown",
    "Database",
    "DatabaseUnavailable",
    "Fault",
    "open_and_run",
    "open_database",
]


def open_database(url: str, max_wait: float = MAX_WAIT_SECONDS, *, schema: str = "") -> Database:
    """Open the database at sqlite:///path or postgresql://…

    A unit of work that cannot start within `max_wait` seconds raises DatabaseUnavailable. On PostgreSQL the
    tables may be in another schema than the usual one.
    """
    if url.startswith("sqlite"):
        return SqliteDatabase(url, max_wait)
    return PostgresDatabase(url, max_wait, schema)


async def open_and_run(url: str, work: Callable[[Database], Awaitable[T]], *, schema: str = "") -> T:
    """Open a database for one piece of work, and close it."""
    database = open_database(url, schema=schema)
    try:
        return await work(database)
    finally:
        await database.close()
