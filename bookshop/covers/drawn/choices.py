"""The drawing's chances, which the ISBN decides once and for all."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import cycle
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """A row of numbers that looks random and is the same for the same ISBN."""

    def __init__(self, isbn: str) -> None:
        digest = sha256(isbn.encode("utf-8", "replace")).digest()
        self.template = digest[0]
        self._numbers = cycle(digest[2:])

    def pick(self, options: Sequence[T]) -> T:
        """The next choice."""
        return options[next(self._numbers) % len(options)]
