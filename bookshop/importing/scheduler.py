"""Rebuild the books that change on their day, such as the first day of a new price."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bookshop.catalogue.book_store import list_books_to_rebuild
from bookshop.database import Database
from bookshop.database.run_in_parts import run_in_parts
from bookshop.trade.market import Market

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 60
# few, so that other writers wait only shortly
BOOKS_PER_TRANSACTION = 50


async def run_rebuilder(database: Database, market: Market, seconds: float = INTERVAL_SECONDS) -> None:
    """Rebuild due books about every `seconds` until cancelled, in any number of processes."""
    while True:
        await asyncio.sleep(seconds * random.uniform(0.8, 1.2))
        try:
            await rebuild_all_due(database, market)
        except Exception:
            log.exception("The books that change today could not be rebuilt")


async def rebuild_all_due(database: Database, market: Market) -> int:
    """Rebuild every book that is due, and return how many; write nothing if there are none.

    Books that cannot be rebuilt are logged and left for the next day.
    """
    # imported here, since on most days nothing is due: it takes 5 MB of every worker
    from bookshop.importing.rebuild import postpone_books, rebuild_due

    failed: list[str] = []

    def refuse(isbn: str, error: Exception) -> None:
        log.error("The book %s could not be rebuilt, and is left as it was", isbn, exc_info=error)
        failed.append(isbn)

    async def rebuild(isbns: Sequence[str]) -> int:
        return await database.write(rebuild_due, isbns, market, datetime.now(UTC))

    done = 0
    while isbns := await database.read(list_books_to_rebuild, today_in(market), BOOKS_PER_TRANSACTION):
        done += sum(await run_in_parts(rebuild, isbns, refuse))
        if failed:
            await database.write(postpone_books, failed, today_in(market) + timedelta(days=1))
            failed.clear()
    return done


def today_in(market: Market) -> date:
    return datetime.now(market.zone).date()
