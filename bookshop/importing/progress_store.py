"""How much of a stock file was imported."""

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import counters

FIND_PROGRESS = select(counters.c.value).where(counters.c.name == bindparam("file_key"))


def find_progress(db: Connection, file_key: str) -> int:
    """Return how many rows of a file were imported before."""
    return db.execute(FIND_PROGRESS, {"file_key": file_key}).scalar() or 0


ADD_PROGRESS = counters.insert()
SET_PROGRESS = (
    counters.update().where(counters.c.name == bindparam("file_key")).values(value=bindparam("row_count"))
)


def set_progress(db: Connection, file_key: str, row_count: int) -> None:
    if not db.execute(SET_PROGRESS, {"file_key": file_key, "row_count": row_count}).rowcount:
        db.execute(ADD_PROGRESS, {"name": file_key, "value": row_count})
