"""A run of characters is found although one of them is wrong."""

import pytest

from bookshop.search.words import join_words, split_words
from bookshop.search.wrong_characters import without_one_character


@pytest.mark.parametrize(
    ("typed", "tried"),
    [
        ("백년의고", ["백년의", "년의고", "의고", "백년"]),
        ("城南旧事 dune", ["城南旧 dune", "南旧事 dune", "旧事 dune", "城南 dune"]),
        ("三体二", ["三体", "体二"]),
        ("三体 二", []),
        ("dune messiah children of god", []),
    ],
)
def test_one_character_is_left_out(typed: str, tried: list[str]) -> None:
    assert [join_words(words) for words in without_one_character(split_words(typed))] == tried
