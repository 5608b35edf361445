"""Many rows at once are stored like rows that are inserted one by one."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.database.insert_rows import insert_rows
from bookshop.schema import records, subject_headings

SENT_AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
NAMES = ("sender", "reference", "isbn", "sent_at", "digest", "source_priority", "is_retired", "blocks")
ROW = ("Press", "r1", "9781732265172", SENT_AT, "d", 1, True, "{}")


async def test_rows_are_stored_with_their_types(database: Database) -> None:
    def insert_and_read(db: Connection) -> list[tuple[object, ...]]:
        insert_rows(db, records, NAMES, [ROW, ("Press", "r2", *ROW[2:6], False, "[]")])
        columns = [records.c[name] for name in NAMES]
        return [tuple(row) for row in db.execute(select(*columns).order_by(records.c.reference))]

    first, second = await database.write(insert_and_read)
    assert first == ROW
    assert (second[1], second[6], second[7]) == ("r2", False, "[]")


async def test_no_rows_change_nothing(database: Database) -> None:
    await database.write(insert_rows, subject_headings, ("scheme", "code", "heading"), [])
    assert await database.read(lambda db: db.execute(select(subject_headings)).all()) == []
