"""Rebuild the books that change on their day, such as the first day of a new price."""

import asyncio
import logging
import random
from datetime import UTC, datetime

from bookshop.catalogue.book_store import list_books_to_rebuild
from bookshop.database import Database
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
    """Rebuild every book that is due, and return how many; write nothing if there are none."""
    # imported here, since on most days nothing is due: it takes 5 MB of every worker
    from bookshop.importing.rebuild import rebuild_due

    done = 0
    while await database.read(list_books_to_rebuild, datetime.now(UTC).astimezone(market.zone).date(), 1):
        done += await database.write(rebuild_due, market, datetime.now(UTC), BOOKS_PER_TRANSACTION)
    return done
