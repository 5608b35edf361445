"""The background task that sends mail, in every process of the shop."""

import asyncio
import logging
from contextlib import suppress

from bookshop.database import Database
from bookshop.mail.send_mails import MAX_MAILS_PER_ROUND, Round, send_due_mails
from bookshop.settings import Settings

log = logging.getLogger(__name__)

# so that a mail leaves at once, for one look at an index
INTERVAL_SECONDS = 1.0
# a server that is down is not asked by every mail that waits
DOWN_SECONDS = 60.0
# a mail that is being transmitted is finished when the shop stops
STOP_SECONDS = 10.0


async def run_mail_sender(database: Database, settings: Settings) -> None:
    """Send mail as it is written, until cancelled."""
    delay, stop = INTERVAL_SECONDS, asyncio.Event()
    while True:
        await asyncio.sleep(delay)
        current = asyncio.create_task(send_due_mails(database, settings, is_stopping=stop.is_set))
        try:
            delay = next_delay(await asyncio.shield(current))
        except asyncio.CancelledError:
            stop.set()
            with suppress(Exception):
                await asyncio.wait_for(current, STOP_SECONDS)
            raise
        except Exception:
            log.exception("Mail could not be sent")
            delay = DOWN_SECONDS


def next_delay(result: Round) -> float:
    """Return the delay in seconds before the next round."""
    if result.server_error:
        log.warning("The mail server cannot be used now; its answer is shown by `bookshop mail`")
        return DOWN_SECONDS
    return 0 if len(result.mails) >= MAX_MAILS_PER_ROUND else INTERVAL_SECONDS
