"""How a unit of work runs on each database.

A unit of work is a plain function whose first argument is a SQLAlchemy Core connection. Since it cannot
await, no transaction can ever wait for the network.
"""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]
# of any columns
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

BUSY_TIMEOUT_MS = 10_000
# serialization failure, deadlock: PostgreSQL asks that the whole transaction be tried again
RETRYABLE = frozenset({"40001", "40P01"})
TRIES = 5


class Database(Protocol):
    """Runs units of work."""

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a bounded query that changes nothing."""

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction: all of it or nothing; it may run more than once."""

    async def close(self) -> None:
        """Let go of every connection."""


def open_database(url: str) -> Database:
    """The database at this address: sqlite:///path or postgresql://…"""
    return SqliteDatabase(url) if url.startswith("sqlite") else PostgresDatabase(url)


class SqliteDatabase:
    """One file: reads in the loop's own thread, since a hop to another costs more than the query; one writer.

    The journal is a write-ahead log, so readers never wait; BEGIN IMMEDIATE makes writers of all processes
    queue at the start of a transaction, where waiting is safe, and not in its middle, where it fails.
    """

    def __init__(self, url: str) -> None:
        if file := make_url(url).database:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        self._reader = _Kept(_sqlite_engine(url, "BEGIN", query_only=True))
        self._writer = _Kept(_sqlite_engine(url, "BEGIN IMMEDIATE", query_only=False))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-writer")

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._reader.run(work, *args, **kwargs)

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._writer.run(work, *args, **kwargs))

    async def close(self) -> None:
        self._thread.shutdown()
        self._reader.close()
        self._writer.close()


class PostgresDatabase:
    """A server that many processes share."""

    def __init__(self, url: str) -> None:
        # here, since on SQLite a process starts sooner, and 8 MB smaller, without it
        from sqlalchemy.ext.asyncio import create_async_engine

        asyncpg = make_url(url).set(drivername="postgresql+asyncpg")
        # a plan is made once for all values: what PostgreSQL guesses of words unknown to it misleads it
        settings = {"server_settings": {"plan_cache_mode": "force_generic_plan"}}
        self._engine = create_async_engine(asyncpg, pool_size=10, max_overflow=10, connect_args=settings)
        self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._reader.connect() as connection:
            return await connection.run_sync(work, *args, **kwargs)

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        for tried in range(1, TRIES + 1):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work, *args, **kwargs)
            except DBAPIError as error:
                if tried == TRIES or getattr(error.orig, "sqlstate", None) not in RETRYABLE:
                    raise
                await asyncio.sleep(random.uniform(0, 0.02 * 2**tried))
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._engine.dispose()


class _Kept:
    """One connection that is never given back: taking one each time costs as much as a query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def run(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return work(self._connection, *args, **kwargs)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()


def _sqlite_engine(url: str, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        # sqlite3 must not open transactions of its own: `begin` below does
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"query_only = {int(query_only)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
