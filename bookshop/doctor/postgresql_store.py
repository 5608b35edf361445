"""SQL of how a PostgreSQL server is doing."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from bookshop.database.postgresql_version import find_major_version


class ServerState(NamedTuple):
    """`checksum_failures` is 0 where pages have no checksums."""

    major: int
    size: int
    connections: int
    max_connections: int
    checksum_failures: int


READ_SERVER = text(
    "SELECT pg_database_size(current_database()),"
    " (SELECT sum(numbackends) FROM pg_stat_database)::int, current_setting('max_connections')::int,"
    " coalesce((SELECT sum(checksum_failures) FROM pg_stat_database), 0)::int"
)


def read_server(db: Connection) -> ServerState:
    """Return how the server is doing."""
    return ServerState(find_major_version(db), *db.execute(READ_SERVER).one())
