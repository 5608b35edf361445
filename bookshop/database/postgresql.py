"""PostgreSQL: a server that many processes share."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database.errors import CommitUnknown, DatabaseUnavailable, Fault
from bookshop.database.interface import MAX_WAIT_SECONDS, P, T, UnitOfWork
from bookshop.database.postgresql_errors import fault_of, hide_values, is_refused, is_repeatable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

MAX_PAUSE_SECONDS = 0.5
# of a connection: all that the shop and its office ask often, each of 60 kB and 3 ms to plan
MAX_PREPARED_STATEMENTS = 250
IS_READ_ONLY = text("SELECT current_setting('transaction_read_only')")


class PostgresDatabase:
    """Runs units of work through asyncpg, and repeats one that the server did not let happen.

    That is when the server asks for it (serialization failure, deadlock), or when the connection was lost
    before COMMIT was sent. Connecting and waiting for a lock take at most `max_wait` seconds together.
    """

    def __init__(self, url: str, max_wait: float = MAX_WAIT_SECONDS, schema: str = "") -> None:
        # imported late: on SQLite a process starts sooner without it, and is 8 MB smaller
        from sqlalchemy.ext.asyncio import create_async_engine

        self._max_wait = max_wait
        asyncpg = make_url(url).set(drivername="postgresql+asyncpg")
        settings = {
            # one plan for all values: PostgreSQL's estimates for words that it does not know mislead it
            "plan_cache_mode": "force_generic_plan",
            "lock_timeout": f"{milliseconds(max_wait)}",
            **({"search_path": schema} if schema else {}),
        }
        self._engine = create_async_engine(
            asyncpg,
            pool_size=10,
            max_overflow=10,
            connect_args={
                "server_settings": settings,
                "prepared_statement_cache_size": MAX_PREPARED_STATEMENTS,
            },
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "handle_error", hide_values)
        self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        # with a cursor at the server, since the driver would read all rows of a result at once
        self._scanner = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True, stream_results=True
        )
        self._fault = Fault.NONE

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async def attempt(deadline: float) -> T:
            async with self._connect(self._reader, deadline) as connection:
                return await connection.run_sync(work, *args, **kwargs)

        return await self._repeat(attempt)

    async def scan(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        deadline = asyncio.get_running_loop().time() + self._max_wait
        try:
            async with self._connect(self._scanner, deadline) as connection, connection.begin():
                return await connection.run_sync(work, *args, **kwargs)
        except (SQLAlchemyError, OSError) as error:
            if fault := fault_of(error):
                raise DatabaseUnavailable(fault) from error
            raise

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async def attempt(deadline: float) -> T:
            async with self._connect(self._engine, deadline) as connection:
                return await self._commit_once(connection, deadline, lambda db: work(db, *args, **kwargs))

        result = await self._repeat(attempt)
        self._fault = Fault.NONE
        return result

    async def check(self) -> Fault:
        """Return what keeps the database from being used; it changes nothing."""
        try:
            is_read_only = await self.read(lambda db: db.scalar(IS_READ_ONLY)) == "on"
        except DatabaseUnavailable as error:
            return error.fault
        return Fault.READ_ONLY if is_read_only else self._fault

    async def close(self) -> None:
        await self._engine.dispose()

    async def _repeat(self, attempt: Callable[[float], Awaitable[T]]) -> T:
        """Make attempts until one succeeds, fails for a reason of its own, or the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._max_wait
        fault = Fault.NONE
        for number in count(1):
            try:
                return await attempt(deadline)
            except DatabaseUnavailable:
                raise
            except (SQLAlchemyError, OSError) as error:
                # an attempt that runs out of time does not know more than the one before
                if not (fault and isinstance(error, TimeoutError)):
                    fault = fault_of(error)
                if not fault:
                    raise
                pause = random.uniform(0, min(0.02 * 2**number, MAX_PAUSE_SECONDS))
                if not is_repeatable(error) or loop.time() + pause >= deadline:
                    self._fault = fault
                    raise DatabaseUnavailable(fault) from error
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _connect(self, engine: "AsyncEngine", deadline: float) -> "AsyncIterator[AsyncConnection]":
        """Take a connection from the pool, or open one."""
        async with asyncio.timeout_at(deadline):
            connection = await engine.connect()
        try:
            yield connection
        finally:
            await connection.close()

    async def _commit_once(
        self, connection: "AsyncConnection", deadline: float, work: Callable[[Connection], T]
    ) -> T:
        """Run a unit of work and commit it; raises CommitUnknown if the answer to COMMIT is lost."""
        is_committing = False
        try:
            async with connection.begin():
                remaining = deadline - asyncio.get_running_loop().time()
                if remaining < self._max_wait / 2:
                    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds(remaining)}")
                result = await connection.run_sync(work)
                is_committing = True
        except Exception as error:
            if is_committing and not is_refused(error):
                raise CommitUnknown(Fault.UNREACHABLE) from error
            raise
        return result


def milliseconds(seconds: float) -> int:
    """Return a time limit for PostgreSQL, for which 0 is none."""
    return max(int(seconds * 1000), 1)
