"""An item that fails by itself is refused, and every other one is done, in order."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.database.errors import DatabaseUnavailable, Fault
from bookshop.database.run_in_parts import run_in_parts


@given(st.integers(0, 20), st.sets(st.integers(0, 19)))
def test_only_the_items_that_fail_are_refused(count: int, bad: set[int]) -> None:
    done: list[int] = []
    refused: list[tuple[int, str]] = []

    async def run(items: Sequence[int]) -> int:
        if found := bad.intersection(items):
            raise ValueError(f"{min(found)} is bad")
        done.extend(items)
        return len(items)

    results = asyncio.run(
        run_in_parts(run, range(count), lambda item, error: refused.append((item, str(error))))
    )
    expected = [item for item in range(count) if item not in bad]
    assert done == expected
    assert sum(results) == len(expected)
    assert refused == [(item, f"{item} is bad") for item in range(count) if item in bad]


async def test_a_database_that_is_away_refuses_no_item() -> None:
    async def run(_: Sequence[int]) -> None:
        raise DatabaseUnavailable(Fault.BUSY)

    with pytest.raises(DatabaseUnavailable):
        await run_in_parts(run, [1, 2], lambda item, error: pytest.fail(str(item)))
