"""Shapes and lines of text as SVG."""

from collections.abc import Iterable
from html import escape

from bookshop.covers.drawn.fonts import Font, text_width
from bookshop.covers.drawn.line_breaks import TextLines

WIDTH, HEIGHT, MARGIN = 480, 720, 36
MEASURE = WIDTH - 2 * MARGIN


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{round(value, 1):g}"


def rectangle(x: float, y: float, w: float, h: float, fill: str) -> str:
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" fill="{fill}"/>'


def background(fill: str) -> str:
    """Fill the whole cover."""
    return rectangle(0, 0, WIDTH, HEIGHT, fill)


def circle(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}"/>'


def path(d: str, fill: str) -> str:
    """Draw one or several shapes in one colour."""
    return f'<path d="{d}" fill="{fill}"/>' if d else ""


def rectangles(boxes: Iterable[tuple[float, float, float, float]], fill: str) -> str:
    """Draw rectangles (x, y, width, height) in one colour."""
    return path(
        "".join(f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h{number(-w)}z" for x, y, w, h in boxes),
        fill,
    )


def awning_mark(x: float, y: float, fill: str) -> str:
    """Draw the mark on every drawn cover: a little awning."""
    scallop = "a6 6 0 0 1-12 0"
    return path(f"M{number(x)} {number(y)}h36v12{scallop * 3}z", fill)


def text_line(
    text: str, font: Font, size: int, x: float, y: float, fill: str, length: float | None = None
) -> str:
    """Draw a line of text with a fixed length, so that it fits in any installed font."""
    text_length = int(length or text_width(text, font) * size) or 1
    return (
        f'<text x="{number(x)}" y="{number(y)}" class="{font.css}" font-size="{size}" fill="{fill}" '
        f'textLength="{text_length}" lengthAdjust="spacingAndGlyphs">{escape(text, quote=False)}</text>'
    )


def left_lines(text: TextLines, font: Font, y: float, step: float, fill: str) -> str:
    """Draw lines from the left margin, the first with its baseline at y."""
    return "".join(
        text_line(line, font, text.size, MARGIN, y + n * step, fill) for n, line in enumerate(text.lines)
    )


def centred_lines(text: TextLines, font: Font, y: float, step: float, fill: str) -> str:
    """Draw centred lines, the first with its baseline at y."""
    middle, size = WIDTH / 2, text.size
    return "".join(
        text_line(line, font, size, middle - text_width(line, font) * size / 2, y + n * step, fill)
        for n, line in enumerate(text.lines)
    )
