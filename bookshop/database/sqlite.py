"""SQLite: one file, many readers and one writer at a time."""

import asyncio
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bookshop.database.errors import DatabaseUnavailable, Fault
from bookshop.database.interface import MAX_WAIT_SECONDS, P, T, UnitOfWork
from bookshop.database.sqlite_faults import LASTING_FAULTS, fault_of, probe_file
from bookshop.database.writer_thread import WriterThread

# readers wait only while another process opens or recovers the file, and the event loop waits with them
READ_BUSY_SECONDS = 0.25
# no unit of work takes so long
STUCK_SECONDS = 30


class SqliteDatabase:
    """Reads in the event loop's thread, and writes in one other thread.

    A hop to another thread costs more than a query. With the write-ahead log, readers never wait. With BEGIN
    IMMEDIATE the writers of all processes queue at the start of a transaction; a writer that had read first
    would fail instead of waiting. A write that cannot start within `max_wait` seconds, those in the queue of
    this process included, raises DatabaseUnavailable.
    """

    def __init__(self, url: str, max_wait: float = MAX_WAIT_SECONDS) -> None:
        self._file = make_url(url).database
        self._max_wait = max_wait
        self._reader = OpenConnection(create_sqlite_engine(url, "BEGIN", query_only=True))
        self._writer = OpenConnection(create_sqlite_engine(url, "BEGIN IMMEDIATE", query_only=False))
        self._thread = WriterThread()
        self._fault = Fault.NONE

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return self._reader.run(work, *args, **kwargs)
        except DBAPIError as error:
            # a unit of work that writes where it may only read is an error of ours
            if (fault := fault_of(error)) and fault is not Fault.READ_ONLY:
                self._note(fault)
                self._reader.disconnect()
                raise DatabaseUnavailable(fault) from error
            raise

    async def scan(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # a transaction sees one state, and the driver reads rows as they are needed
        return await self.read(work, *args, **kwargs)

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        deadline = time.monotonic() + self._max_wait
        return await self._thread.run(lambda: self._write(deadline, work, *args, **kwargs), self._max_wait)

    def _write(self, deadline: float, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            self._writer.wait_at_most(deadline - time.monotonic())
            result = self._writer.run(work, *args, **kwargs)
        except DBAPIError as error:
            if fault := fault_of(error):
                self._note(fault)
                if fault is not Fault.BUSY:
                    self._writer.disconnect()
                raise DatabaseUnavailable(fault) from error
            raise
        if self._fault not in LASTING_FAULTS:
            self._fault = Fault.NONE
        return result

    def _note(self, fault: Fault) -> None:
        if self._fault not in LASTING_FAULTS:
            self._fault = fault

    async def check(self) -> Fault:
        """Return what keeps the database from being used, as far as can be told without writing."""
        since = self._thread.busy_since
        if since is not None and time.monotonic() - since > STUCK_SECONDS:
            return Fault.STUCK
        if self._fault or not self._file:
            return self._fault
        try:
            async with asyncio.timeout(self._max_wait):
                return await asyncio.to_thread(probe_file, self._file)
        except TimeoutError:
            return Fault.STUCK

    async def close(self) -> None:
        self._thread.close()
        self._reader.disconnect()
        self._writer.disconnect()


class OpenConnection:
    """A connection that stays open: opening one for each unit of work costs as much as a query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def run(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction."""
        connection = self._connect()
        with connection.begin():
            return work(connection, *args, **kwargs)

    def wait_at_most(self, seconds: float) -> None:
        """Limit how long the next transaction waits for other writers."""
        driver = self._connect().connection.dbapi_connection
        driver.execute(f"PRAGMA busy_timeout = {max(int(seconds * 1000), 0)}")  # type: ignore[union-attr]  # sqlite3's

    def disconnect(self) -> None:
        """Close the connection; the next unit of work opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection


def create_sqlite_engine(url: str, begin: str, *, query_only: bool) -> Engine:
    """Return an engine whose transactions start with `begin`."""
    engine = create_engine(
        url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # the sqlite3 module must not start transactions: `start` below does
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {int(READ_BUSY_SECONDS * 1000)}",
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
