"""A rainbow from a corner."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import SANS
from bookshop.covers.drawn.lettering import draw_title_block
from bookshop.covers.drawn.shapes import HEIGHT, WIDTH, background, circle


def draw_arcs(cover: DesignInput) -> str:
    c = cover.colours
    back, x = cover.random.choose((c.pale, c.deep)), cover.random.choose((0, WIDTH))
    one, two = cover.random.choose(((c.bright, c.pop), (c.pop, c.bright)))
    top = draw_title_block(cover.title, cover.author, SANS, c.text_colour_on(back))
    radius = min(430, HEIGHT - top.bottom - 12)
    rings = (one, back, two, back, one, two)
    drawn = (circle(x, HEIGHT, radius * (1 - 0.1675 * n), ring) for n, ring in enumerate(rings))
    return background(back) + "".join(drawn) + top.svg
