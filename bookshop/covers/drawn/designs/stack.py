"""The title as large as the cover is wide, repeated if it is short."""

from collections.abc import Sequence
from itertools import count, cycle

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import CAP_HEIGHT, SANS, text_width
from bookshop.covers.drawn.lettering import draw_foot_author
from bookshop.covers.drawn.line_breaks import is_weak, split_pieces
from bookshop.covers.drawn.shapes import MARGIN, MEASURE, awning_mark, background, rectangle, text_line

MAX_SIZE, MAX_STACK_HEIGHT = 190, 570
# repetitions end above the band that a page may lay around the cover
TOP, MAX_REPEATED_FOOT = 40, 515


def draw_stack(cover: DesignInput) -> str:
    c = cover.colours
    back = cover.random.choose((c.deep, c.bright))
    ink, other = c.text_colour_on(back), c.bright if back == c.deep else c.pale
    lines = group_words(cover.title)
    sizes = _line_sizes(lines)
    repeats = int((MAX_REPEATED_FOOT - TOP) // _stack_height(lines, sizes))
    # a title that is drawn once has every second line in another colour
    is_two_coloured = repeats < 2 and back == c.deep
    drawn, y = "", float(TOP)
    for n in range(max(repeats, 1)):
        colour = (ink, c.pop, other)[n % 3]
        svg, y = _draw_title(lines, sizes, y, (colour, c.pop if is_two_coloured else colour))
        drawn += svg
    stripes = _draw_stripes(y, (c.pop, other, ink))
    mark = awning_mark(408, 660, c.pop if back == c.deep else c.pale)
    return background(back) + drawn + stripes + draw_foot_author(cover.author, 680, ink) + mark


def _draw_title(
    lines: Sequence[str], sizes: Sequence[int], y: float, colours: tuple[str, str]
) -> tuple[str, float]:
    """Draw the lines in these colours in turn; return the SVG and where it ends."""
    svg = ""
    for text, size, colour in zip(lines, sizes, cycle(colours), strict=False):
        y += CAP_HEIGHT * size
        # large letters stand out of the margin a little, so that they look aligned
        length = min(MEASURE + size * 0.03, text_width(text, SANS) * size)
        svg += text_line(text, SANS, size, MARGIN - size * 0.03, y, colour, length)
        y += _gap_below(text, size)
    return svg, y


def _draw_stripes(y: float, colours: Sequence[str]) -> str:
    tops = range(int(y + 22), 590, 38)
    stripes = zip(tops, cycle(colours), strict=False)
    return "".join(rectangle(MARGIN, top, MEASURE, 20, colour) for top, colour in stripes)


def group_words(title: str) -> list[str]:
    """Return the strong words of a title, each with the weak words before it."""
    lines, pending = [], ""
    for word in split_pieces(title):
        pending += word
        if not is_weak(word):
            lines.append(pending.strip())
            pending = ""
    return [*lines, pending.strip()] if pending else lines


def suits_stack(lines: Sequence[str]) -> bool:
    """Whether there are few lines, none of them long."""
    return 0 < len(lines) <= 4 and all(0 < text_width(text, SANS) <= 7 for text in lines)


def _line_sizes(lines: Sequence[str]) -> list[int]:
    """Make each line as wide as the measure, or smaller if they would be too high together."""
    for max_size in count(MAX_SIZE, -6):
        sizes = [min(int((MEASURE + 3) / text_width(text, SANS)), max_size) for text in lines]
        if _stack_height(lines, sizes) <= MAX_STACK_HEIGHT:
            break
    return sizes


def _stack_height(lines: Sequence[str], sizes: Sequence[int]) -> float:
    return sum(CAP_HEIGHT * size + _gap_below(text, size) for text, size in zip(lines, sizes, strict=True))


def _gap_below(text: str, size: int) -> float:
    return 12 + size * (0.17 if set(text) & set("gjpqyçQ,;") else 0)
