"""How long work goes on: from one transaction to the next, and no further when somebody wants to stop."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
# how much is done, of how much
OnProgress: TypeAlias = Callable[[int, int], object]


async def finish(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Wait for a transaction to its end; answers also whether somebody wants to stop after it."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running), False
    except asyncio.CancelledError:
        return await running, True


def collect_garbage_rarely() -> None:
    """Let Python look for garbage in circles rarely: an import makes many objects, and next to no circles.

    It is for processes that only import, and saves a fifth of their time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)
