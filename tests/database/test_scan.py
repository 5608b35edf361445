"""Long queries of commands: rows are read as they are needed, on one state of the database."""

import asyncio
import threading
from itertools import islice

import pytest
from sqlalchemy import Connection, text

from bookshop.database import Database, DatabaseUnavailable, Fault, open_database
from tests.database.test_database import add_counter, count_up, read_counter

# on PostgreSQL a division by zero, which fails the query, at the row 10,000
ROWS = text(
    "WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < 20000)"
    " SELECT n + 0 / (10000 - n) FROM row"
)


async def test_rows_are_read_as_they_are_needed(database: Database) -> None:
    def read_first(db: Connection) -> list[int]:
        return list(islice(db.execute(ROWS).scalars(), 5000))

    assert await database.scan(read_first) == list(range(1, 5001))


async def test_a_scan_sees_one_state_of_the_database(database: Database, database_url: str) -> None:
    await database.write(add_counter, value=1)

    async def count_elsewhere() -> None:
        other = open_database(database_url)
        await other.write(count_up)
        await other.close()

    def read_twice(db: Connection) -> tuple[int | None, int | None]:
        before = read_counter(db)
        writer = threading.Thread(target=lambda: asyncio.run(count_elsewhere()))
        writer.start()
        writer.join()
        return before, read_counter(db)

    assert await database.scan(read_twice) == (1, 1)
    assert await database.read(read_counter) == 2


async def test_a_scan_that_loses_its_connection_is_not_repeated(postgres_url: str) -> None:
    database, runs = open_database(postgres_url), list[int]()

    def end_connection(db: Connection) -> None:
        runs.append(len(runs))
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnavailable) as error:
        await database.scan(end_connection)
    assert (error.value.fault, runs) == (Fault.UNREACHABLE, [0])
    await database.close()
