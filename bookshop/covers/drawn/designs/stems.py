"""Plants in a row."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import SERIF
from bookshop.covers.drawn.lettering import draw_title_block
from bookshop.covers.drawn.shapes import HEIGHT, background, circle, number, path, rectangles

# x of each, leaf size, top
PLANTS = (
    ((100, 240, 380), 62, 250),
    ((150, 330), 84, 250),
    ((64, 152, 240, 328, 416), 38, 350),
)


def draw_stems(cover: DesignInput) -> str:
    c = cover.colours
    back = cover.random.choose((c.deep, c.bright, c.pale))
    ink = c.text_colour_on(back)
    greens = (c.pop, c.pale) if back == c.bright else (c.bright, c.pop)
    main, odd = cover.random.choose((greens, greens[::-1]))
    xs, leaf, highest = cover.random.choose(PLANTS)
    top = draw_title_block(cover.title, cover.author, SERIF, ink)
    different = cover.random.choose(range(len(xs)))
    drawn = []
    for n, x in enumerate(xs):
        colours = (odd, main) if n == different and len(xs) > 2 else (main, ink)
        y = max(top.bottom + 46, highest) + leaf * 0.36 + cover.random.choose((0, 26, 52, 78))
        drawn.append(_stem(x, y, leaf, *colours))
    return background(back) + "".join(drawn) + top.svg


def _stem(x: int, y: float, leaf: int, colour: str, bud: str) -> str:
    # curves instead of arcs: fewer characters, and there are dozens of leaves
    curve = f"q{-leaf} 0{-leaf}{-leaf} {leaf} 0 {leaf} {leaf} 0{-leaf} {leaf}{-leaf} 0 {leaf}{-leaf} {leaf}"
    step = round(leaf * 1.16)
    first = y + leaf * 1.7
    pairs = int((HEIGHT + leaf - first) // step) + 1
    leaves = f"M{x} {number(first)}{curve}" + f"m0 {step}{curve}" * (pairs - 1)
    return (
        rectangles([(x - leaf / 16, y, leaf / 8, HEIGHT - y)], colour)
        + path(leaves, colour)
        + circle(x, y, leaf * 0.36, bud)
    )
