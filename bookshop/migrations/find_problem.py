"""Find out why a database cannot be used by this version of the shop."""

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database
from bookshop.database.describe import describe_failure, describe_missing
from bookshop.migrations import compare_revision, find_revision


async def find_database_problem(database: Database, url: str) -> str:
    """Return in one line why the database at `url` cannot be used; empty if it can."""
    if missing := describe_missing(url):
        return missing
    try:
        return await database.read(find_schema_problem)
    except (SQLAlchemyError, OSError) as error:
        return describe_failure(url, error)


def find_schema_problem(db: Connection) -> str:
    """Return whether the schema must be migrated, cannot be, or is a newer version's."""
    revision = find_revision(db)
    return compare_revision(revision).format(revision=revision)
