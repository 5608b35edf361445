"""Draw the cover of a book without a picture; a book always gets the same cover."""

from html import escape

from bookshop.covers.drawn.choose_design import choose_design
from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.fonts import font_style
from bookshop.covers.drawn.palette import palette_of
from bookshop.covers.drawn.seeded_random import SeededRandom
from bookshop.covers.drawn.titles import clean, main_title, shorten

MAX_TITLE_EMS, MAX_AUTHOR_EMS = 46, 25


def draw_cover(isbn: str, title: str, author: str, category: str) -> str:
    """Return an SVG of 480 × 720; `category` is a slug."""
    random = SeededRandom(isbn)
    short_title = shorten(main_title(clean(title)), MAX_TITLE_EMS)
    short_author = shorten(clean(author), MAX_AUTHOR_EMS)
    cover = DesignInput(short_title, short_author, palette_of(category), random)
    drawing = choose_design(random.design_number, short_title)(cover)
    label = f"{short_title} by {short_author}" if short_author else short_title
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 720" width="480" height="720" role="img">'
        f"<title>{escape(label, quote=False)}</title>{font_style(drawing)}{drawing}</svg>"
    )
