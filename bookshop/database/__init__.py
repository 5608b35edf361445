"""Units of work on SQLite or PostgreSQL.

A unit of work is a plain function whose first argument is a SQLAlchemy Core connection. Since it cannot
await, no transaction can ever wait for the network.
"""

from bookshop.database.interface import AnyRow, Database
from bookshop.database.postgresql import PostgresDatabase
from bookshop.database.sqlite import SqliteDatabase

__all__ = ["AnyRow", "Database", "open_database"]


def open_database(url: str) -> Database:
    """Open the database at sqlite:///path or postgresql://…"""
    return SqliteDatabase(url) if url.startswith("sqlite") else PostgresDatabase(url)
