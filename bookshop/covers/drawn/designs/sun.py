"""A sun that sets in stripes."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import CAP_HEIGHT, SERIF
from bookshop.covers.drawn.lettering import draw_foot_author, fit_title
from bookshop.covers.drawn.shapes import (
    WIDTH,
    awning_mark,
    background,
    circle,
    left_lines,
    rectangle,
    rectangles,
)


def draw_sun(cover: DesignInput) -> str:
    c = cover.colours
    x, stripes = cover.random.choose((150, 240, 330)), cover.random.choose((3, 4, 5))
    title = fit_title(cover.title, SERIF, 252)
    bands = [(0, 616 - 38 * (stripes - n), WIDTH, 8 + 16 * n / (stripes - 1)) for n in range(stripes)]
    return (
        background(c.bright)
        + circle(x, 536, 200, c.pop)
        + rectangles(bands, c.bright)
        + rectangle(0, 616, WIDTH, 104, c.deep)
        + left_lines(title, SERIF, 40 + CAP_HEIGHT * title.size, title.size * SERIF.leading, c.deep)
        + draw_foot_author(cover.author, 682, c.pale)
        + awning_mark(408, 659, c.pop)
    )
