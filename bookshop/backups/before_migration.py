"""Which databases are backed up before they are migrated."""

from sqlalchemy import Connection, literal, select

from bookshop.migrations import SchemaState, compare_revision, find_revision
from bookshop.schema import books, orders

HAS_BOOK = select(literal(1)).select_from(books).limit(1)
HAS_ORDER = select(literal(1)).select_from(orders).limit(1)


def needs_backup(db: Connection) -> bool:
    """Return whether this is the database of an earlier version, with books or orders."""
    revision = find_revision(db)
    if revision is None or compare_revision(revision) is not SchemaState.OUT_OF_DATE:
        return False
    return db.scalar(HAS_BOOK) is not None or db.scalar(HAS_ORDER) is not None
