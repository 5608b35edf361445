"""Do work for many items so that one that fails does not stop the rest."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bookshop.database.errors import DatabaseUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


async def run_in_parts(
    run: Callable[[Sequence[Item]], Awaitable[Result]],
    items: Sequence[Item],
    refuse: Callable[[Item, Exception], None],
) -> list[Result]:
    """Run a unit of work for all items; if it fails, for each half of them, and so on.

    Items that fail by themselves are passed to `refuse` with their error. Raises DatabaseUnavailable.
    """
    if not items:
        return []
    try:
        return [await run(items)]
    except DatabaseUnavailable:
        raise
    except Exception as error:
        if len(items) == 1:
            refuse(items[0], error)
            return []
    middle = len(items) // 2
    first = await run_in_parts(run, items[:middle], refuse)
    return first + await run_in_parts(run, items[middle:], refuse)
