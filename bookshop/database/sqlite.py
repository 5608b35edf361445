"""SQLite: one file, many readers and one writer at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import StaticPool

from bookshop.database.interface import P, T, UnitOfWork

BUSY_TIMEOUT_MS = 10_000


class SqliteDatabase:
    """Reads in the event loop's thread, and writes in one other thread.

    A hop to another thread costs more than a query. With the write-ahead log, readers never wait. With BEGIN
    IMMEDIATE the writers of all processes queue at the start of a transaction; a writer that had read first
    would fail instead of waiting.
    """

    def __init__(self, url: str) -> None:
        if file := make_url(url).database:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        self._reader = OpenConnection(create_sqlite_engine(url, "BEGIN", query_only=True))
        self._writer = OpenConnection(create_sqlite_engine(url, "BEGIN IMMEDIATE", query_only=False))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-writer")

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._reader.run(work, *args, **kwargs)

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._writer.run(work, *args, **kwargs))

    async def close(self) -> None:
        self._thread.shutdown()
        self._reader.close()
        self._writer.close()


class OpenConnection:
    """A connection that stays open: opening one for each unit of work costs as much as a query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def run(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction."""
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return work(self._connection, *args, **kwargs)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()


def create_sqlite_engine(url: str, begin: str, *, query_only: bool) -> Engine:
    """Return an engine whose transactions start with `begin`."""
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # the sqlite3 module must not start transactions: `start` below does
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
