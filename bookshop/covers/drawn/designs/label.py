"""A pale label on stripes, like an exercise book."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import CAP_HEIGHT, SANS, SERIF
from bookshop.covers.drawn.lettering import AUTHOR_LEADING, fit_author
from bookshop.covers.drawn.line_breaks import fit_lines
from bookshop.covers.drawn.shapes import (
    HEIGHT,
    WIDTH,
    awning_mark,
    background,
    centred_lines,
    rectangle,
    rectangles,
)


def draw_label(cover: DesignInput) -> str:
    c = cover.colours
    stripes = cover.random.choose((6, 8, 10))
    step = WIDTH / stripes
    title = fit_lines(cover.title, SERIF, 332, 216, 88)
    names = fit_author(cover.author, 332, 30)
    height = (CAP_HEIGHT + (len(title.lines) - 1) * SERIF.leading) * title.size
    rows = len(names.lines)
    middle = 246 - 14 * max(rows - 1, 0)
    rule = 396 - 34 * max(rows - 1, 0) if rows else 420
    return (
        background(c.deep)
        + rectangles([(n * step, 0, step, HEIGHT) for n in range(0, stripes, 2)], c.bright)
        + f'<rect x="40" y="96" width="400" height="400" rx="18" fill="{c.pale}"/>'
        + '<rect x="52" y="108" width="376" height="376" rx="9" fill="none" '
        + f'stroke="{c.deep}" stroke-width="3"/>'
        + centred_lines(
            title, SERIF, middle - height / 2 + CAP_HEIGHT * title.size, title.size * SERIF.leading, c.deep
        )
        + rectangle(200, rule, 80, 6, c.pop)
        + centred_lines(names, SANS, rule + 58, names.size * AUTHOR_LEADING, c.deep)
        + rectangle(0, 604, WIDTH, 116, c.deep)
        + rectangle(0, 604, WIDTH, 12, c.pop)
        + awning_mark(222, 658, c.pale)
    )
