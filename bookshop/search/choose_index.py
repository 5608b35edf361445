"""Choose the search index of a database."""

from sqlalchemy import Connection

from bookshop.search import postgresql_index, sqlite_index
from bookshop.search.search_index import SearchIndex


def choose_index(db: Connection) -> SearchIndex:
    """Return the search index of this kind of database."""
    if db.dialect.name == "sqlite":
        return sqlite_index
    return postgresql_index
