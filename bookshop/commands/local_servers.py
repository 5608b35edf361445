"""Serve applications on ports of this machine until the process is stopped."""

import asyncio
import signal
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

STOP_SECONDS = 2


async def serve_until_stopped(*servers: tuple[Any, int]) -> None:
    """Serve each application on its port until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.gather(*(serve_on(port, app, stopped) for app, port in servers))


async def serve_on(port: int, app: Any, stopped: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = STOP_SECONDS
    await serve(app, config, shutdown_trigger=stopped.wait)
