"""The first letter of the first strong word of the title, larger than the cover."""

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import SANS, SERIF, text_width
from bookshop.covers.drawn.lettering import draw_title_block
from bookshop.covers.drawn.line_breaks import is_weak, split_pieces
from bookshop.covers.drawn.shapes import MARGIN, WIDTH, background, rectangle, text_line

LETTER_SIZE = 660


def draw_initial(cover: DesignInput) -> str:
    c = cover.colours
    pairs = ((c.deep, c.bright), (c.pale, c.bright), (c.bright, c.pale))
    back, front = cover.random.choose(pairs)
    letter = initial_of(cover.title)
    wide = text_width(letter, SERIF) * LETTER_SIZE
    top = draw_title_block(cover.title, cover.author, SANS, c.text_colour_on(back), 80)
    return (
        background(back)
        + text_line(letter, SERIF, LETTER_SIZE, WIDTH + 30 - wide, 736, front)
        + rectangle(0, 0, WIDTH, top.bottom + 24, back)
        + rectangle(MARGIN, 40, 72, 14, c.pop)
        + top.svg
    )


def initial_of(title: str) -> str:
    # some small letters become two large ones
    strong = next((word for word in split_pieces(title) if not is_weak(word)), title)[:1].upper()[:1]
    # letters of unknown width would land anywhere
    return strong if strong.isalpha() and ord(strong) < 0x180 else ""
