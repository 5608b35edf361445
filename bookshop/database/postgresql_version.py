"""Which PostgreSQL the server is."""

from sqlalchemy import Connection, Integer, cast, func, select

FIND_VERSION = select(cast(func.current_setting("server_version_num"), Integer))


def find_major_version(db: Connection) -> int:
    """Return the major version of the PostgreSQL server."""
    # as in 160002
    return db.execute(FIND_VERSION).scalar_one() // 10_000
