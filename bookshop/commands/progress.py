"""Progress bars for long work."""

from typing import Any

from tqdm import tqdm

from bookshop.importing.control import OnProgress
from bookshop.onix.input_file import InputFile


def open_progress(source: InputFile) -> "tqdm[Any]":
    """Open a bar that counts the bytes of a file; it stays hidden without a terminal."""
    return tqdm(desc=source.name, unit="B", unit_scale=True, disable=None)


def advance_to(bar: "tqdm[Any]") -> OnProgress:
    """Return the callback that moves the bar to `done` of `size` bytes."""

    def advance(done: int, size: int) -> None:
        bar.total = size
        bar.update(done - bar.n)

    return advance
