"""Choose one of the eight designs for a book."""

from collections.abc import Callable
from typing import TypeAlias

from bookshop.covers.drawn.design_input import DesignInput
from bookshop.covers.drawn.designs.arcs import draw_arcs
from bookshop.covers.drawn.designs.initial import draw_initial, initial_of
from bookshop.covers.drawn.designs.label import draw_label
from bookshop.covers.drawn.designs.spines import draw_spines
from bookshop.covers.drawn.designs.stack import draw_stack, group_words, suits_stack
from bookshop.covers.drawn.designs.stems import draw_stems
from bookshop.covers.drawn.designs.sun import draw_sun
from bookshop.covers.drawn.designs.tiles import draw_tiles

Design: TypeAlias = Callable[[DesignInput], str]

# the order decides which book gets which design
DESIGNS: tuple[Design, ...] = (
    draw_tiles,
    draw_sun,
    draw_stack,
    draw_initial,
    draw_label,
    draw_arcs,
    draw_stems,
    draw_spines,
)


def choose_design(number: int, title: str) -> Design:
    """Return the design of this number, or another where it does not suit the title."""
    design = DESIGNS[number % len(DESIGNS)]
    if design is draw_stack and not suits_stack(group_words(title)):
        return draw_tiles
    if design is draw_initial and not initial_of(title):
        return draw_arcs
    return design
