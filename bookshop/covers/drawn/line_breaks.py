"""Break a text into lines so that it can be as large as possible."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf
from typing import NamedTuple

from bookshop.covers.drawn.fonts import CAP_HEIGHT, CJK, SANS, Font, text_width

# one line more must allow a size that is larger by this factor
MIN_GAIN = 1.1
# a line that ends in a weak word counts as wider by this factor
WEAK_END_FACTOR = 1.09
WEAK_WORDS = (
    " a an and as at by for from in into of on or the to with & der die das und von de del du des la le les "
    "et ou un une el los las y e il i o "
)
# in ems: words wider than the first are split at hyphens, wider than the second anywhere
MAX_WORD_EMS, MAX_PIECE_EMS = 6.5, 9.0


@dataclass(frozen=True, slots=True)
class TextLines:
    """Lines of text in one font size."""

    lines: tuple[str, ...]
    size: int


NO_LINES = TextLines((), 40)


class LineBreaks(NamedTuple):
    """The width of the widest line, and the numbers of pieces between which lines lie."""

    widest: float
    ends: tuple[int, ...]


IMPOSSIBLE = LineBreaks(inf, (0,))


def fit_lines(
    text: str, font: Font, measure: float, height: float, max_size: int | None = None, max_lines: int = 6
) -> TextLines:
    """Break a text so that its font size is the largest for this measure (width) and height."""
    best = NO_LINES
    for lines in _list_splits(split_pieces(text), font, max_lines):
        widest = max(text_width(line, font) for line in lines) or 1
        max_by_height = height / (CAP_HEIGHT + (len(lines) - 1) * font.leading)
        size = min(measure / widest, max_by_height, max_size or font.max_size)
        fitted = TextLines(lines, max(1, int(size)))
        if not best.lines or fitted.size > best.size * MIN_GAIN:
            best = fitted
    return best


def split_pieces(text: str) -> list[str]:
    """Split a text where lines may break.

    That is after spaces, between CJK characters and within long words.
    """
    pieces: list[str] = []
    for word in re.findall(r"\S+ ?", text):
        for part in re.split(f"({CJK.pattern})", word):
            pieces += _split_word(part)
    return pieces


def is_weak(word: str) -> bool:
    """Whether a word only leads to the next one."""
    return f" {word.strip().casefold()} " in WEAK_WORDS


def _split_word(word: str) -> list[str]:
    if text_width(word, SANS) <= MAX_WORD_EMS:
        return [word] if word else []
    return [piece for part in re.findall(r"[^-]+-*|-+", word) for piece in _cut(part)]


def _cut(word: str) -> list[str]:
    """Cut a word that does not fit on a line, with hyphens."""
    pieces = []
    while text_width(word, SANS) > MAX_PIECE_EMS + 1:
        end = next(n for n in range(1, len(word)) if text_width(word[: n + 1], SANS) > MAX_PIECE_EMS)
        pieces.append(word[:end] + "-")
        word = word[end:]
    return [*pieces, word]


def _list_splits(pieces: Sequence[str], font: Font, max_lines: int) -> Iterator[tuple[str, ...]]:
    """For each number of lines, yield the split whose widest line is narrowest.

    Each is built on the best splits with one line less (dynamic programming).
    """
    widths = _line_widths(pieces, font)
    best = [LineBreaks(0.0, (0,)), *(IMPOSSIBLE for _ in pieces)]
    for _ in range(min(max_lines, len(pieces))):
        best = [
            min((_add_line(best[n], end, widths) for n in range(end)), default=IMPOSSIBLE) for end in widths
        ]
        yield tuple("".join(pieces[start:end]).strip() for start, end in pairwise(best[-1].ends))


def _add_line(breaks: LineBreaks, end: int, widths: Mapping[int, Sequence[float]]) -> LineBreaks:
    return LineBreaks(max(breaks.widest, widths[end][breaks.ends[-1]]), (*breaks.ends, end))


def _line_widths(pieces: Sequence[str], font: Font) -> dict[int, list[float]]:
    """Return the widths of all lines by the piece after their last, and by their first piece."""
    total = [0.0, *accumulate(text_width(piece, font) for piece in pieces)]
    widths: dict[int, list[float]] = {0: []}
    for end, piece in enumerate(pieces, 1):
        stop = total[end] - (text_width(" ", font) if piece.endswith(" ") else 0)
        factor = WEAK_END_FACTOR if end < len(pieces) and is_weak(piece) else 1
        widths[end] = [(stop - total[start]) * factor for start in range(end)]
    return widths
