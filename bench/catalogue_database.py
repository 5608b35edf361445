"""Write a catalogue of bench.catalogue into a database."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import date

import asyncpg
from sqlalchemy import make_url

from bench.catalogue import TABLES, make_batches


def fill(url: str, count: int, advance: Callable[[int], None] = lambda _: None) -> None:
    """Write `count` books into migrated, empty tables, but not into the index."""
    if url.startswith("sqlite"):
        fill_sqlite(str(make_url(url).database), count, advance)
    else:
        asyncio.run(fill_postgresql(url, count, advance))


def fill_sqlite(path: str, count: int, advance: Callable[[int], None]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    for batch in make_batches(count):
        connection.execute("BEGIN")
        for table, rows in batch.items():
            columns = TABLES[table].split()
            marks = ", ".join("?" * len(columns))
            values = [[str(value) if isinstance(value, date) else value for value in row] for row in rows]
            # rows are inserted faster in the order of their keys
            values.sort(key=lambda row: row[0])
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of ours
            connection.executemany(sql, values)
        connection.execute("COMMIT")
        advance(len(batch["books"]))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def fill_postgresql(url: str, count: int, advance: Callable[[int], None]) -> None:
    connection = await asyncpg.connect(url)
    for batch in make_batches(count):
        async with connection.transaction():
            for table, rows in batch.items():
                await connection.copy_records_to_table(table, records=rows, columns=TABLES[table].split())
        advance(len(batch["books"]))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
