"""Bound the pixels that all threads decode at the same time, and so their memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class PixelBudget:
    """So many pixels may be decoded at the same time."""

    def __init__(self, max_pixels: int) -> None:
        self._free = max_pixels
        self._released = Condition()

    @contextmanager
    def claim(self, pixels: int) -> Iterator[None]:
        """Wait until so many pixels, at most all, are free, and hold them."""
        with self._released:
            self._released.wait_for(lambda: pixels <= self._free)
            self._free -= pixels
        try:
            yield
        finally:
            with self._released:
                self._free += pixels
                self._released.notify_all()
