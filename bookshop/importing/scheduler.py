"""What the calendar changes of the catalogue without anybody's doing."""

import asyncio
import logging
import random
from datetime import UTC, datetime

from bookshop.catalogue.store import list_due
from bookshop.database import Database
from bookshop.trade.market import Market

log = logging.getLogger(__name__)

SECONDS = 60
# few enough for a transaction for which nobody waits long
AT_ONCE = 50


async def keep_up_to_date(database: Database, market: Market, seconds: float = SECONDS) -> None:
    """Bring up to date what is due now and again, until cancelled; it does no harm if others do it too."""
    while True:
        await asyncio.sleep(seconds * random.uniform(0.8, 1.2))
        try:
            await rebuild_all_due(database, market)
        except Exception:
            log.exception("the catalogue could not be brought up to date")


async def rebuild_all_due(database: Database, market: Market) -> int:
    """Derive anew what changes today; answers how many books that were, and writes nothing for none."""
    # here, since on most days nothing is due: 5 MB of every worker
    from bookshop.importing.rebuild import rebuild_due

    done = 0
    while await database.read(list_due, datetime.now(UTC).astimezone(market.zone).date(), 1):
        # in small transactions, so that others who want to write have their turn
        done += await database.write(rebuild_due, market, datetime.now(UTC), AT_ONCE)
    return done
