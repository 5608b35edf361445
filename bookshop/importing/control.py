"""How long work runs: whole transactions, and no further after Ctrl-C."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
# called with the bytes that were read and the size of the file
OnProgress: TypeAlias = Callable[[int, int], object]


async def finish_transaction(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Return the result, and whether the task was cancelled meanwhile."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running), False
    except asyncio.CancelledError:
        return await running, True


def collect_garbage_rarely() -> None:
    """Make garbage collection rare, in a process that only imports.

    An import makes many objects and hardly any reference cycles; this saves a fifth of its time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)
