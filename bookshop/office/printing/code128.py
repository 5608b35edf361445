"""Code 128, which plain shop scanners read, as the path of an SVG."""

from itertools import groupby
from typing import NamedTuple

from barcode.codex import Code128

HEIGHT = 40
# the standard (ISO/IEC 15417) wants ten modules of white on both sides
QUIET = 10


class UnshortenedCode128(Code128):  # type: ignore[misc]  # the library has no type information
    """A code with its first two digits, which python-barcode drops if they are 99."""

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        return encoded


class Code(NamedTuple):
    """The bars, and the box that holds them with the white on both sides."""

    path: str
    box: str


def draw_code(text: str) -> Code:
    """Draw a text of ASCII characters."""
    (modules,) = UnshortenedCode128(text).build()
    bars, x = [], 0
    for is_bar, run in groupby(modules):
        width = len(list(run))
        if is_bar == "1":
            bars.append(f"M{x} 0h{width}v{HEIGHT}h-{width}z")
        x += width
    return Code("".join(bars), f"{-QUIET} 0 {x + 2 * QUIET} {HEIGHT}")
