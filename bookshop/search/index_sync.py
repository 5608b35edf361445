"""Keeps the search index true to the shelves, and fast, while the shop is open."""

import asyncio
import logging
import random

from bookshop.database import Database
from bookshop.search.index import follow_shelves, has_moved, tidy_index

log = logging.getLogger(__name__)


async def keep_following(database: Database, interval: float) -> None:
    """Follow the shelves now and again until cancelled; one time that fails is followed by another."""
    while True:
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))
        try:
            await follow(database)
        except Exception:
            log.exception("the shelves could not be followed")


async def follow(database: Database) -> int:
    """Move what crossed between something and nothing; nothing is written when no copy moved."""
    return await database.write(follow_shelves) if await database.read(has_moved) else 0


async def tidy(database: Database) -> None:
    """Make searches fast again after many changes, in small steps between which others can write."""
    while await database.write(tidy_index):
        pass
