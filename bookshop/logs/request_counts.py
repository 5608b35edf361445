"""How many requests ended before Quart: a line for each would cost a third of a cached page."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator
from enum import StrEnum

log = logging.getLogger(__name__)

LINE_SECONDS = 60


class Ended(StrEnum):
    """Where a request ended that has no line of its own."""

    CACHED_PAGE = "cached pages"
    FILE = "files"
    PICTURE = "pictures"
    REFUSED = "refused requests"


# of this process, since the last line
counts: Counter[Ended] = Counter()


def log_counts() -> None:
    """Log how many there were, if there were any, and begin anew."""
    if counts:
        message = ", ".join(f"%({ended.name.lower()})d {ended}" for ended in Ended)
        log.info(f"Without lines of their own: {message}", {e.name.lower(): counts[e] for e in Ended})
        counts.clear()


async def log_counts_while_serving() -> AsyncGenerator[None, None]:
    """Log the counts once a minute, and once more at the end."""
    task = asyncio.create_task(log_counts_forever())
    yield
    task.cancel()
    log_counts()


async def log_counts_forever() -> None:
    while True:
        await asyncio.sleep(LINE_SECONDS)
        log_counts()
