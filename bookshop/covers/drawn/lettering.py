"""Size and place the title and the author of a cover."""

from dataclasses import dataclass

from bookshop.covers.drawn.fonts import CAP_HEIGHT, SANS, Font
from bookshop.covers.drawn.line_breaks import TextLines, fit_lines
from bookshop.covers.drawn.shapes import MEASURE, left_lines

MIN_TITLE_SIZE = 58
MAX_AUTHOR_SIZE, AUTHOR_STEP, AUTHOR_LEADING = 40, 62, 1.12


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """The title and the author as SVG, and the baseline of the last line."""

    svg: str
    bottom: float


def draw_title_block(
    title: str, author: str, font: Font, fill: str, top: float = 40, height: float = 176
) -> TitleBlock:
    """Draw the title and below it the author, from `top` down."""
    title_lines = fit_title(title, font, height)
    title_step = title_lines.size * font.leading
    first = top + CAP_HEIGHT * title_lines.size
    last = first + (len(title_lines.lines) - 1) * title_step
    svg = left_lines(title_lines, font, first, title_step, fill)
    author_lines = fit_author(author, MEASURE)
    if not author_lines.lines:
        return TitleBlock(svg, last)
    author_step = author_lines.size * AUTHOR_LEADING
    svg += left_lines(author_lines, SANS, last + AUTHOR_STEP, author_step, fill)
    return TitleBlock(svg, last + AUTHOR_STEP + (len(author_lines.lines) - 1) * author_step)


def draw_foot_author(author: str, y: float, fill: str) -> str:
    """Draw the author at the foot, beside the mark; y is the baseline of a single line."""
    lines = fit_author(author, MEASURE - 60, 32)
    step = lines.size * AUTHOR_LEADING
    return left_lines(lines, SANS, y - (len(lines.lines) - 1) * step / 2, step, fill)


def fit_title(title: str, font: Font, height: float) -> TextLines:
    """Fit the title into this height, or into more where it would be small."""
    lines = fit_lines(title, font, MEASURE, height)
    return lines if lines.size >= MIN_TITLE_SIZE else fit_lines(title, font, MEASURE, max(height, 262))


def fit_author(author: str, measure: float, min_size: int = 34) -> TextLines:
    """Fit the author on one line, or on two where one would be small."""
    single = fit_lines(author, SANS, measure, 60, MAX_AUTHOR_SIZE, 1)
    return single if single.size >= min_size else fit_lines(author, SANS, measure, 90, MAX_AUTHOR_SIZE, 2)
