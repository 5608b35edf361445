"""Choices that look random and depend only on the ISBN."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import cycle
from typing import TypeVar

T = TypeVar("T")


class SeededRandom:
    """A sequence of numbers that is always the same for an ISBN."""

    def __init__(self, isbn: str) -> None:
        digest = sha256(isbn.encode("utf-8", "replace")).digest()
        self.design_number = digest[0]
        self._numbers = cycle(digest[2:])

    def choose(self, options: Sequence[T]) -> T:
        return options[next(self._numbers) % len(options)]
