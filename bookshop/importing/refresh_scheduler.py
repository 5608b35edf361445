"""Refresh the books while the shop is open, after an upgrade that changes the rules."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.database.run_in_parts import run_in_parts
from bookshop.importing.refresh_store import list_books_to_refresh, set_all_refreshed, set_refreshed
from bookshop.search.index_sync import optimize_index
from bookshop.trade.market import Market

log = logging.getLogger(__name__)

START_WITHIN_SECONDS = 60
# few, and with pauses, so that shoppers and other writers wait only shortly: a million books take an hour
BATCH_BOOKS = 50
PAUSE_SECONDS = 0.1


async def run_refresher(database: Database, market: Market, seconds: float = START_WITHIN_SECONDS) -> None:
    """Refresh all books, in any number of processes.

    Begin within `seconds`, and again after errors.
    """
    while True:
        await asyncio.sleep(seconds * random.random())
        try:
            return await refresh_all(database, market)
        except Exception:
            log.exception("The books could not be refreshed")


async def refresh_all(database: Database, market: Market, pause: float = PAUSE_SECONDS) -> None:
    """Refresh the books that the rules of this version have not made; log those that fail."""
    isbns = await database.read(list_books_to_refresh, BATCH_BOOKS)
    if not isbns:
        return
    # imported here, since there is nothing to refresh between upgrades: it takes 5 MB of every worker
    from bookshop.importing.refresh_books import refresh_books

    async def refresh(isbns: Sequence[str]) -> None:
        await database.write(refresh_books, isbns, market, datetime.now(UTC))

    while isbns:
        await run_in_parts(refresh, isbns, log_failure)
        # beyond those that failed, too
        await database.write(set_refreshed, isbns[-1])
        await asyncio.sleep(pause)
        isbns = await database.read(list_books_to_refresh, BATCH_BOOKS)
    await database.write(set_all_refreshed)
    await optimize_index(database)


def log_failure(isbn: str, error: Exception) -> None:
    log.error("The book %s could not be refreshed, and is left as it was", isbn, exc_info=error)
