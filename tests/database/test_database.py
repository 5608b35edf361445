"""Units of work: all of each or nothing, whatever other processes write at the same time."""

import asyncio
import threading
import traceback
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from bookshop.database import Database, DatabaseUnavailable, open_database
from bookshop.database.postgresql import MAX_PREPARED_STATEMENTS
from bookshop.schema import counters, stock

COUNTER = "visits"


class Cancelled(Exception):
    """A unit of work fails in its middle."""


def add_counter(db: Connection, name: str = COUNTER, value: int = 0) -> None:
    db.execute(insert(counters), {"name": name, "value": value})


def read_counter(db: Connection, name: str = COUNTER) -> int | None:
    value: int | None = db.execute(select(counters.c.value).where(counters.c.name == name)).scalar()
    return value


def count_up(db: Connection) -> int:
    """Read, then write: an update is lost if transactions are not isolated."""
    row = db.execute(select(counters.c.value).where(counters.c.name == COUNTER).with_for_update()).one()
    db.execute(update(counters).where(counters.c.name == COUNTER).values(value=row.value + 1))
    after: int = row.value + 1
    return after


def count_up_and_fail(db: Connection) -> None:
    count_up(db)
    raise Cancelled


def pragma(db: Connection, name: str) -> object:
    return db.execute(text(f"PRAGMA {name}")).scalar()


async def read_separately(url: str) -> int | None:
    """Read the counter on another connection."""
    database = open_database(url)
    value = await database.read(read_counter)
    await database.close()
    return value


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened a second time, as another process would."""
    other = open_database(database_url)
    yield other
    await other.close()


async def test_what_is_written_can_be_read(database: Database, other: Database) -> None:
    assert await database.read(read_counter) is None
    await database.write(add_counter, value=7)
    assert await database.read(read_counter) == 7
    assert await other.read(read_counter) == 7


async def test_a_unit_of_work_returns_what_it_found(database: Database) -> None:
    await database.write(add_counter, "letters", value=41)
    assert await database.read(read_counter, name="letters") == 41
    await database.write(add_counter)
    assert [await database.write(count_up) for _ in range(3)] == [1, 2, 3]


async def test_an_exception_undoes_all_of_its_work_and_no_other(database: Database) -> None:
    await database.write(add_counter)
    await database.write(count_up)
    with pytest.raises(Cancelled):
        await database.write(count_up_and_fail)
    assert await database.read(read_counter) == 1
    assert await database.write(count_up) == 2


async def test_a_broken_constraint_undoes_what_was_written_before_it(database: Database) -> None:
    def add_twice(db: Connection) -> None:
        add_counter(db)
        add_counter(db)

    with pytest.raises(IntegrityError):
        await database.write(add_twice)
    assert await database.read(read_counter) is None


async def test_a_reader_neither_waits_nor_sees_what_is_not_written_yet(
    database: Database, database_url: str
) -> None:
    await database.write(add_counter)
    seen: list[int | None] = []

    def write_and_read_separately(db: Connection) -> None:
        count_up(db)
        with ThreadPoolExecutor() as executor:
            seen.append(executor.submit(asyncio.run, read_separately(database_url)).result())

    await database.write(write_and_read_separately)
    assert seen == [0]
    assert await database.read(read_counter) == 1


async def test_no_update_is_lost_when_many_write_at_once(database: Database, other: Database) -> None:
    await database.write(add_counter)
    counts = await asyncio.gather(*((database, other)[n % 2].write(count_up) for n in range(50)))
    assert sorted(counts) == list(range(1, 51))
    assert await database.read(read_counter) == 50


async def test_failures_among_many_writers_cost_only_themselves(database: Database) -> None:
    await database.write(add_counter)
    works = [count_up_and_fail if n % 5 == 0 else count_up for n in range(50)]
    ends = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert sum(isinstance(end, Cancelled) for end in ends) == 10
    assert await database.read(read_counter) == 40


async def test_stock_of_a_book_that_does_not_exist_is_refused(database: Database) -> None:
    def add_stock(db: Connection) -> None:
        db.execute(insert(stock), {"isbn": "9781234567897", "on_hand": 1, "reserved": 0})

    with pytest.raises(IntegrityError):
        await database.write(add_stock)


async def test_an_error_of_postgresql_that_quotes_a_row_is_kept_free_of_it(postgres_url: str) -> None:
    database, email = open_database(postgres_url), "ada@example.com"
    await database.write(add_counter, email)
    with pytest.raises(IntegrityError) as error:
        await database.write(add_counter, email)
    written = "".join(traceback.format_exception(error.value))
    assert "23505" in written
    assert email not in written
    await database.close()


async def test_postgresql_keeps_many_statements_prepared(postgres_url: str) -> None:
    database = open_database(postgres_url)

    def count_prepared(db: Connection) -> int:
        for number in range(MAX_PREPARED_STATEMENTS):
            db.exec_driver_sql(f"SELECT {number}")
        return int(db.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one())

    assert await database.read(count_prepared) >= MAX_PREPARED_STATEMENTS
    await database.close()


async def test_a_refused_commit_is_not_reported_as_unknown(postgres_url: str) -> None:
    database = open_database(postgres_url)

    def break_at_commit(db: Connection) -> None:
        db.execute(text("CREATE TEMP TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
        db.execute(text("INSERT INTO late VALUES (1), (1)"))

    with pytest.raises(IntegrityError, match="23505"):
        await database.write(break_at_commit)
    await database.close()


async def test_a_closed_database_leaves_no_thread(database_url: str) -> None:
    before = set(threading.enumerate())
    database = open_database(database_url)
    await database.write(add_counter)
    await database.read(read_counter)
    await database.close()
    assert set(threading.enumerate()) <= before


async def test_what_was_written_is_there_after_closing(database_url: str) -> None:
    database = open_database(database_url)
    await database.write(add_counter, value=3)
    await database.close()
    again = open_database(database_url)
    assert await again.read(read_counter) == 3
    await again.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2)],
)
async def test_sqlite_is_configured_for_safe_writes(sqlite_url: str, name: str, value: object) -> None:
    database = open_database(sqlite_url)
    assert await database.write(pragma, name) == value
    assert await database.read(pragma, name) == value
    await database.close()


async def test_a_sqlite_reader_cannot_write(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(add_counter)
    await database.write(add_counter)
    await database.close()


async def test_a_sqlite_writer_waits_before_it_reads(sqlite_url: str) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url, max_wait=0.01)

    def write_elsewhere(_: Connection) -> str:
        # neither transaction has read or written: BEGIN IMMEDIATE alone keeps the second out
        with pytest.raises(DatabaseUnavailable) as locked:
            asyncio.run(second.write(read_counter))
        return str(locked.value.__cause__)

    assert "BEGIN IMMEDIATE" in await first.write(write_elsewhere)
    assert await second.write(read_counter) is None
    await first.close()
    await second.close()
