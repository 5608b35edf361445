"""The pieces a cover is put together from, as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bookshop.covers.drawn.text import CAP_HEIGHT, SANS, Block, Font, fit, width

WIDTH, HEIGHT, MARGIN = 480, 720, 36
MEASURE = WIDTH - 2 * MARGIN
AUTHOR_SIZE, AUTHOR_STEP, AUTHOR_LEADING = 40, 62, 1.12


@dataclass(frozen=True, slots=True)
class Head:
    """Title and author at the top of a cover, and where they end."""

    svg: str
    bottom: float


def number(value: float) -> str:
    """A coordinate without digits that nobody can see."""
    return f"{round(value, 1):g}"


def rect(x: float, y: float, w: float, h: float, fill: str) -> str:
    """A rectangle."""
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" fill="{fill}"/>'


def ground(fill: str) -> str:
    """The whole cover in one colour."""
    return rect(0, 0, WIDTH, HEIGHT, fill)


def circle(x: float, y: float, r: float, fill: str) -> str:
    """A disc."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}"/>'


def path(d: str, fill: str) -> str:
    """A shape, or several of one colour."""
    return f'<path d="{d}" fill="{fill}"/>' if d else ""


def bars(boxes: Iterable[tuple[float, float, float, float]], fill: str) -> str:
    """Rectangles of one colour."""
    return path(
        "".join(f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h{number(-w)}z" for x, y, w, h in boxes),
        fill,
    )


def mark(x: float, y: float, fill: str) -> str:
    """The series mark: a little awning."""
    scallop = "a6 6 0 0 1-12 0"
    return path(f"M{number(x)} {number(y)}h36v12{scallop * 3}z", fill)


def line(text: str, font: Font, size: int, x: float, y: float, fill: str, length: float | None = None) -> str:
    """A line of text; its length is told, so that it fits whichever face the reader has."""
    told = int(length or width(text, font) * size) or 1
    return (
        f'<text x="{number(x)}" y="{number(y)}" class="{font.css}" font-size="{size}" fill="{fill}" '
        f'textLength="{told}" lengthAdjust="spacingAndGlyphs">{escape(text, quote=False)}</text>'
    )


def left(block: Block, font: Font, y: float, step: float, fill: str) -> str:
    """Lines from the left margin, the first with its baseline at y."""
    return "".join(line(t, font, block.size, MARGIN, y + n * step, fill) for n, t in enumerate(block.lines))


def centred(block: Block, font: Font, y: float, step: float, fill: str) -> str:
    """Lines about the middle, the first with its baseline at y."""
    middle, size = WIDTH / 2, block.size
    return "".join(
        line(t, font, size, middle - width(t, font) * size / 2, y + n * step, fill)
        for n, t in enumerate(block.lines)
    )


def fit_author(author: str, measure: float, smallest: int = 34) -> Block:
    """The author on one line, or on two if one would be small."""
    single = fit(author, SANS, measure, 60, AUTHOR_SIZE, 1)
    return single if single.size >= smallest else fit(author, SANS, measure, 90, AUTHOR_SIZE, 2)


def fit_title(title: str, font: Font, height: float) -> Block:
    """The title in its usual room, or in more where it would be small."""
    block = fit(title, font, MEASURE, height)
    return block if block.size >= 58 else fit(title, font, MEASURE, max(height, 262))


def head(title: str, author: str, font: Font, fill: str, top: float = 40, height: float = 176) -> Head:
    """Title and author from the top."""
    block = fit_title(title, font, height)
    step = block.size * font.leading
    first = top + CAP_HEIGHT * block.size
    last = first + (len(block.lines) - 1) * step
    names = fit_author(author, MEASURE)
    below, between = last + AUTHOR_STEP, names.size * AUTHOR_LEADING
    svg = left(block, font, first, step, fill) + left(names, SANS, below, between, fill)
    return Head(svg, below + (len(names.lines) - 1) * between if names.lines else last)


def foot_author(author: str, y: float, fill: str) -> str:
    """The author at the foot, beside the series mark, about the baseline y of a single line."""
    block = fit_author(author, MEASURE - 60, 32)
    step = block.size * AUTHOR_LEADING
    return left(block, SANS, y - (len(block.lines) - 1) * step / 2, step, fill)
