"""How long work goes on: from one transaction to the next, and no further when somebody wants to stop."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
# how much is done, of how much
Advance: TypeAlias = Callable[[int, int], object]


async def finish(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Wait for a transaction to its end; answers also whether somebody wants to stop after it."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running), False
    except asyncio.CancelledError:
        return await running, True
