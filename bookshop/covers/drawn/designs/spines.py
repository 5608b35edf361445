"""Books on a shelf."""

from itertools import islice

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import SERIF
from bookshop.covers.drawn.lettering import draw_title_block
from bookshop.covers.drawn.seeded_random import SeededRandom
from bookshop.covers.drawn.shapes import (
    HEIGHT,
    MARGIN,
    MEASURE,
    WIDTH,
    awning_mark,
    background,
    circle,
    rectangle,
    rectangles,
)

SHELF_Y = 656


def draw_spines(cover: DesignInput) -> str:
    c = cover.colours
    back = cover.random.choose((c.pale, c.bright))
    other = c.pale if back == c.bright else c.bright
    top = draw_title_block(cover.title, cover.author, SERIF, c.deep)
    room = SHELF_Y - top.bottom - 24
    drawn, x, last = [], MARGIN, ""
    for wide in _book_widths(cover.random):
        colour = cover.random.choose([f for f in (c.deep, other, c.pop, other, c.deep) if f != last])
        tall = room * cover.random.choose((0.5, 0.57, 0.64, 0.71, 0.78, 0.85, 0.92, 0.99))
        drawn.append(_spine(x, wide, tall, colour, back if colour != c.deep else c.pop, cover.random))
        x, last = x + wide, colour
    board = rectangle(0, SHELF_Y, WIDTH, HEIGHT - SHELF_Y, c.deep) + awning_mark(408, 679, c.pop)
    return background(back) + top.svg + "".join(drawn) + board


def _book_widths(random: SeededRandom) -> list[int]:
    widths = list(islice(iter(lambda: random.choose((40, 54, 68, 84)), 0), 5))
    while sum(widths) < MEASURE - 84:
        widths.append(random.choose((40, 54, 68)))
    while sum(widths) > MEASURE - 38:
        widths.pop()
    return [*widths, MEASURE - sum(widths)]


def _spine(x: int, wide: int, tall: float, colour: str, trim: str, random: SeededRandom) -> str:
    y = SHELF_Y - tall
    book = rectangle(x, y, wide, tall, colour)
    if random.choose((True, False)):
        return book + circle(x + wide / 2, y + 44, min(14, wide * 0.24), trim)
    return book + rectangles([(x, y + 26, wide, 8), (x, SHELF_Y - 34, wide, 8)], trim)
