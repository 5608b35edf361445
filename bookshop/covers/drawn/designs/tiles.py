"""Rows of geometric tiles under the title."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import SANS
from bookshop.covers.drawn.lettering import draw_title_block
from bookshop.covers.drawn.shapes import HEIGHT, WIDTH, background, circle, path, rectangle, rectangles

TILE = 120
RING = "m0 60a60 60 0 0 1 120 0a60 60 0 0 1-120 0z"
FIGURES = (
    "h120a120 120 0 0 1-120 120z",
    "m0 120a120 120 0 0 1 120-120v120z",
    "m0 120a120 120 0 0 1 120-120a120 120 0 0 1-120 120z",
    "a120 120 0 0 1 120 120a120 120 0 0 1-120-120z",
    "m0 60a60 60 0 0 1 120 0zm0 60a60 60 0 0 1 120 0z",
    "l120 120h-120z",
    RING,
)


def draw_tiles(cover: DesignInput) -> str:
    c = cover.colours
    back = cover.random.choose((c.deep, c.deep, c.pale))
    ink = c.text_colour_on(back)
    top = draw_title_block(cover.title, cover.author, SANS, ink, height=206)
    rows = next((n for n in (4, 3, 2) if HEIGHT - n * TILE > top.bottom + 30), 1)
    pairs = [(a, b) for a in (c.bright, c.pop, ink) for b in (c.bright, c.pop, ink) if a != b]
    fields, figures = [rectangle(0, HEIGHT - rows * TILE, WIDTH, rows * TILE, c.bright)], []
    for n in range(rows * 4):
        x, y = n % 4 * TILE, HEIGHT - (rows - n // 4) * TILE
        figure = cover.random.choose(FIGURES)
        front, field = cover.random.choose(pairs)
        # half a unit over the edge, or hair lines show between neighbours
        fields.append(rectangles([(x - 0.5, y - 0.5, TILE + 1, TILE + 1)], field))
        figures.append(path(f"M{x} {y}{figure}", front))
        if figure is RING:
            figures.append(circle(x + 60, y + 60, 22, field))
    return background(back) + top.svg + "".join(fields) + "".join(figures)
