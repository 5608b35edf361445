"""A shop that is killed at its n-th step: python -m tests.faults.dying PORT N STEPS.

A step is the moment before or after every write to the database and every request to Stripe, so no step has
to be listed by hand. The file STEPS gets a byte for each, so that a run that never dies counts them.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from bookshop.app import create_app
from bookshop.database.sqlite import SqliteDatabase
from bookshop.payments.stripe_api.client import CircuitBreakerClient

PORT, LAST_STEP, STEPS = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])


app = create_app()
has_started = False


@app.before_serving
async def note_start() -> None:
    """Leave out the steps of the start itself."""
    global has_started
    has_started = True


def step() -> None:
    """Count a step; the last one is not survived."""
    if not has_started:
        return
    with STEPS.open("ab") as steps:
        steps.write(b".")
    if STEPS.stat().st_size == LAST_STEP:
        os.kill(os.getpid(), signal.SIGKILL)


def endanger(owner: Any, name: str) -> None:
    """Let the shop be killed before or after each call of this method."""
    original = getattr(owner, name)

    async def endangered(*args: Any, **kwargs: Any) -> Any:
        step()
        answer = await original(*args, **kwargs)
        step()
        return answer

    setattr(owner, name, endangered)


endanger(SqliteDatabase, "write")
endanger(CircuitBreakerClient, "request_async")
config = Config()
config.bind = [f"127.0.0.1:{PORT}"]
asyncio.run(serve(app, config))
