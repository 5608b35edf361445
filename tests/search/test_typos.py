"""One typo in a word leads back to the word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.typos import typos
from bookshop.search.words import split_words


@pytest.mark.parametrize(
    "typed", ["middlemrch", "midddlemarch", "niddlemarch", "mdidlemarch", "middlemarchs"]
)
def test_one_typo_is_understood(typed: str) -> None:
    assert "middlemarch" in typos(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("محفوض", "محفوظ"),
        ("גרוסן", "גרוסמן"),
        ("φονισα", "φονισσα"),
        ("обочене", "обочине"),
        ("шевчнко", "шевченко"),
        ("ვეფხისტყასანი", "ვეფხისტყოსანი"),
    ],
)
def test_the_letters_are_those_of_the_word_s_script(typed: str, meant: str) -> None:
    assert meant in typos(typed)


@pytest.mark.parametrize("typed", ["mddlemrch", "middlemarch", "se", "1984", "ab1d"])
def test_two_typos_short_words_and_numbers_are_not(typed: str) -> None:
    assert not {"middlemarch", "seas", "1985", "abcd"} & set(typos(typed))


@given(st.text("abcxyzж", min_size=4, max_size=12))
def test_no_word_is_a_typo_of_itself(word: str) -> None:
    assert split_words(word) == [word]
    assert word not in typos(word)
