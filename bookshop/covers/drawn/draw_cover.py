"""Draw the cover of a book from its title, author and category: the same book always gets the same cover."""

from html import escape

from bookshop.covers.drawn.choices import Choices
from bookshop.covers.drawn.palette import palette_of
from bookshop.covers.drawn.templates import Cover, template_of
from bookshop.covers.drawn.text import clean, font_style, main_title, shorten

TITLE_EMS, AUTHOR_EMS = 46, 25


def draw_cover(isbn: str, title: str, author: str, category: str) -> str:
    """Return an SVG of 480 × 720; `category` is a slug."""
    choices = Choices(isbn)
    short = shorten(main_title(clean(title)), TITLE_EMS)
    cover = Cover(short, shorten(clean(author), AUTHOR_EMS), palette_of(category), choices)
    drawing = template_of(choices.template, short)(cover)
    label = f"{short} by {cover.author}" if cover.author else short
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 720" width="480" height="720" role="img">'
        f"<title>{escape(label, quote=False)}</title>{font_style(drawing)}{drawing}</svg>"
    )
