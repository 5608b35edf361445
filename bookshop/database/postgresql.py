"""PostgreSQL: a server that many processes share."""

import asyncio
import random

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bookshop.database.interface import P, T, UnitOfWork

# serialization failure, deadlock: PostgreSQL asks for the whole transaction to be repeated
RETRYABLE_SQLSTATES = frozenset({"40001", "40P01"})
MAX_ATTEMPTS = 5


class PostgresDatabase:
    """Runs units of work through asyncpg, and repeats a transaction when the server asks for it."""

    def __init__(self, url: str) -> None:
        # imported late: on SQLite a process starts sooner without it, and is 8 MB smaller
        from sqlalchemy.ext.asyncio import create_async_engine

        asyncpg = make_url(url).set(drivername="postgresql+asyncpg")
        # one plan for all values: PostgreSQL's estimates for words that it does not know mislead it
        settings = {"server_settings": {"plan_cache_mode": "force_generic_plan"}}
        self._engine = create_async_engine(asyncpg, pool_size=10, max_overflow=10, connect_args=settings)
        self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._reader.connect() as connection:
            return await connection.run_sync(work, *args, **kwargs)

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work, *args, **kwargs)
            except DBAPIError as error:
                sqlstate = getattr(error.orig, "sqlstate", None)
                if attempt == MAX_ATTEMPTS or sqlstate not in RETRYABLE_SQLSTATES:
                    raise
                await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._engine.dispose()
