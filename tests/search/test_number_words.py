"""Numbers are found in digits, in words and in Roman numerals."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.number_words import NUMBERS, other_numbers


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("nineteen eighty four", "1984"),
        ("1984", "nineteen eighty four"),
        ("2001", "two thousand one"),
        ("one thousand and one nights", "1001"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("2010", "two thousand ten twenty ten"),
        ("fahrenheit 451", "four hundred fifty one"),
        ("catch twenty two", "22"),
        ("twenty thousand leagues", "20000"),
        ("world war ii", "2 two"),
        ("world war two", "2 ii"),
        ("the 20th century", "twentieth"),
        ("the twenty first century", "21st"),
        ("henry v and i", ""),
        ("seven and eight", "7 vii 8 viii"),
        ("4321 steps", ""),
    ],
)
def test_a_number_has_other_spellings(text: str, others: str) -> None:
    assert list(other_numbers(text.split())) == others.split()


@given(st.sampled_from([*chain(*NUMBERS)]))
def test_every_number_is_read_back_from_its_words(number: int) -> None:
    words = [word for word in other_numbers([str(number)]) if word.isascii()]
    first = words[: next((n for n in range(1, len(words) + 1) if str(number) in other_numbers(words[:n])), 0)]
    assert first
