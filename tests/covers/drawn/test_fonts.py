from bookshop.covers.drawn.fonts import SANS, SERIF, text_width


def test_accents_do_not_make_a_line_wider() -> None:
    assert text_width("Brontë", SERIF) == text_width("Bronte", SERIF)
    assert text_width("Cévennes", SANS) == text_width("Cevennes", SANS)
