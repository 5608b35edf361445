from bookshop.covers.drawn.choose_design import DESIGNS, choose_design
from bookshop.covers.drawn.designs.arcs import draw_arcs
from bookshop.covers.drawn.designs.initial import draw_initial
from bookshop.covers.drawn.designs.stack import draw_stack
from bookshop.covers.drawn.designs.tiles import draw_tiles


def test_every_design_can_be_chosen() -> None:
    assert {choose_design(n, "Middlemarch") for n in range(8)} == set(DESIGNS)


def test_a_title_that_a_design_does_not_suit_gets_another() -> None:
    numbers = {design: n for n, design in enumerate(DESIGNS)}
    assert choose_design(numbers[draw_stack], "One Two Three Four Five") is draw_tiles
    assert choose_design(numbers[draw_stack], "Goblin Market and Other Poems") is draw_stack
    assert choose_design(numbers[draw_initial], "1984") is draw_arcs
    assert choose_design(numbers[draw_initial], "論語") is draw_arcs
    # its capital is two letters
    assert choose_design(numbers[draw_initial], "ß") is draw_initial
