from hypothesis import given
from hypothesis import strategies as st

from bookshop.covers.drawn.fonts import SANS, text_width
from bookshop.covers.drawn.titles import clean, shorten


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_a_shortened_text_is_never_too_wide(text: str) -> None:
    assert text_width(shorten(clean(text), 20), SANS) <= 21
