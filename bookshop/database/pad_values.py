"""Few statements for lists of any length."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def pad_values(values: Iterable[T]) -> list[T]:
    """Repeat the last value of an IN until their number is a power of two.

    PostgreSQL plans a statement again for each number of values, which takes longer than to execute it.
    """
    padded = list(values)
    count = 1 << max(len(padded) - 1, 0).bit_length()
    return padded + padded[-1:] * (count - len(padded))
