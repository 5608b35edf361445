"""Words are the same whatever their case, accents and punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.trade.text import initials_of, words

texts = st.text(st.characters(codec="utf-8"), max_size=120)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Art of Doing Science", ["the", "art", "of", "doing", "science"]),
        ("Café  Zoë's—Señor…", ["cafe", "zoe", "s", "senor"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ﬁnal №9", ["final", "no9"]),
        ("Φιλοσοφία ΦΙΛΟΣΟΦΙΑ", ["φιλοσοφια", "φιλοσοφια"]),
        ("½ & — !", ["1", "2"]),
        ("", []),
    ],
)
def test_words_have_no_case_no_accents_and_no_punctuation(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(texts)
def test_words_are_found_by_themselves(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_who_shouts_finds_the_same(text: str) -> None:
    assert words(text.upper()) == words(text)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ann Other", "AO"),
        ("J. R. R. Tolkien", "JT"),
        ("bell hooks", "BH"),
        ("Homer", "H"),
        ("范晔", "范"),
        ("", ""),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert initials_of(name) == initials
