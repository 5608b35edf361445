"""A shop that is killed at its n-th step.

A step is the moment before or after every write to the database and every request to Stripe, so no step has
to be listed by hand. A file gets a byte for each, so that a run that never dies counts them.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from bookshop.app import create_app
from bookshop.database.sqlite import SqliteDatabase
from bookshop.payments.stripe_api.client import CircuitBreakerClient


def serve_and_die(port: int, last_step: int, steps: Path) -> None:
    """Serve the shop of the environment until its last step; with 0 it is not killed."""
    app = create_app()
    has_started = False

    @app.before_serving
    async def note_start() -> None:
        """Leave out the steps of the start itself."""
        nonlocal has_started
        has_started = True

    def step() -> None:
        """Count a step; the last one is not survived."""
        if not has_started:
            return
        with steps.open("ab") as file:
            file.write(b".")
        if steps.stat().st_size == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    endanger(SqliteDatabase, "write", step)
    endanger(CircuitBreakerClient, "request_async", step)
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    asyncio.run(serve(app, config))


def endanger(owner: Any, name: str, step: Callable[[], None]) -> None:
    """Let the shop be killed before or after each call of this method."""
    original = getattr(owner, name)

    async def endangered(*args: Any, **kwargs: Any) -> Any:
        step()
        answer = await original(*args, **kwargs)
        step()
        return answer

    setattr(owner, name, endangered)
