"""Lists of values have few lengths."""

import pytest

from bookshop.database.pad_values import pad_values


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (25, 32), (200, 256)]
)
def test_values_are_padded_with_the_last_one(count: int, expected: int) -> None:
    values = pad_values(range(count))
    assert values == [min(number, count - 1) for number in range(expected)]
