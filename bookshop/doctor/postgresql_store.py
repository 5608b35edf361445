"""SQL of how a PostgreSQL server is doing."""

from typing import NamedTuple

from sqlalchemy import Connection, text


class ServerState(NamedTuple):
    """`version` is as in 160002; `checksum_failures` is 0 where pages have no checksums."""

    version: int
    size: int
    connections: int
    max_connections: int
    checksum_failures: int


READ_SERVER = text(
    "SELECT current_setting('server_version_num')::int, pg_database_size(current_database()),"
    " (SELECT sum(numbackends) FROM pg_stat_database)::int, current_setting('max_connections')::int,"
    " coalesce((SELECT sum(checksum_failures) FROM pg_stat_database), 0)::int"
)


def read_server(db: Connection) -> ServerState:
    """Return how the server is doing."""
    return ServerState(*db.execute(READ_SERVER).one())
