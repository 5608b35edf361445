"""Cursors in addresses."""

from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.rank import MAX_RANK
from bookshop.search.results import START, Cursor


@given(st.text(max_size=80))
def test_any_other_text_is_the_start(text: str) -> None:
    assert Cursor.from_text(text) == START


@given(st.integers(1, 3), st.integers(0, MAX_RANK))
def test_a_cursor_is_read_as_it_was_written(tier: int, rank: int) -> None:
    assert Cursor.from_text(str(Cursor(tier, rank))) == Cursor(tier, rank)
