"""Let a response take the same time, whatever was found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# longer than any search takes, unless the database is busy
RESPONSE_SECONDS = 0.5


@asynccontextmanager
async def same_time() -> AsyncIterator[None]:
    """Leave the block RESPONSE_SECONDS after it was entered."""
    clock = asyncio.get_running_loop()
    responds_at = clock.time() + RESPONSE_SECONDS
    yield
    await asyncio.sleep(responds_at - clock.time())
