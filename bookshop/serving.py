"""Serve the shop."""

import asyncio
from importlib.util import find_spec

from hypercorn.config import Config
from hypercorn.run import run as run_hypercorn

from bookshop.database import open_database
from bookshop.migrations import OUT_OF_DATE, is_current
from bookshop.settings import settings_or_exit

SHUTDOWN_SECONDS = 10


def serve(bind: str, workers: int) -> int | str:
    """Serve until told to stop; answers the exit status."""
    settings = settings_or_exit()

    async def check() -> bool:
        database = open_database(settings.database_url)
        try:
            return await database.read(is_current)
        finally:
            await database.close()

    # here, since hypercorn's exit status would say that all went well
    if not asyncio.run(check()):
        return OUT_OF_DATE
    config = Config()
    config.application_path = "bookshop:create_app()"
    config.bind = [bind]
    config.workers = workers
    config.graceful_timeout = SHUTDOWN_SECONDS
    if find_spec("uvloop"):
        config.worker_class = "uvloop"
    return run_hypercorn(config)
