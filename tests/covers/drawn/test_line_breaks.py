from bookshop.covers.drawn.fonts import SANS, SERIF
from bookshop.covers.drawn.line_breaks import fit_lines


def test_chinese_titles_break_between_characters() -> None:
    assert len(fit_lines("吾輩は猫である名前はまだ無い", SERIF, 408, 176).lines) > 1


def test_a_line_does_not_end_on_a_small_word_without_need() -> None:
    assert fit_lines("Cats and Dogs", SANS, 408, 176).lines == ("Cats", "and Dogs")
