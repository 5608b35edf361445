import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.rank import MAX_RANK
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_keys import NO_PRICE
from bookshop.search.title_key import title_key

ranks = st.integers(0, MAX_RANK)


@given(st.text(max_size=120), ranks)
def test_a_cursor_of_any_title_is_read_from_its_own_text(title: str, rank: int) -> None:
    cursor = SortCursor(title_key(title, "eng"), rank)
    assert SortCursor.from_text(str(cursor), Sort.TITLE) == cursor


@given(st.integers(-NO_PRICE, NO_PRICE), ranks)
def test_a_cursor_of_any_number_is_read_from_its_own_text(key: int, rank: int) -> None:
    cursor = SortCursor(key, rank)
    assert SortCursor.from_text(str(cursor), Sort.PRICE_DESC) == cursor


@pytest.mark.parametrize(
    "text", ["", "1", "1~", "1~a", "1~9999999999", "1~--1", "g~1", "1~1~1", f"{'f' * 15}~1", "1~1 ", "1~\0"]
)
def test_other_texts_are_no_cursors_of_numbers(text: str) -> None:
    assert SortCursor.from_text(text, Sort.PRICE) is None


@pytest.mark.parametrize("text", ["", "a", "1~a_b", "1~a b", "1~\0", f"1~{'a' * 81}", f"{'f' * 15}~a"])
def test_other_texts_are_no_cursors_of_titles(text: str) -> None:
    assert SortCursor.from_text(text, Sort.TITLE) is None
