"""A name is found by the beginning of each of its words, as people type it."""

import pytest
from hypothesis import given

from bookshop.search.name_starts import MAX_START_CHARS, MAX_STARTS, start_of, starts_of
from tests.search.strategies import junk

TYPED = {
    "Virginia Woolf": ["virg", "woo", "Virginia W", "woolf, v"],
    "J. R. R. Tolkien": ["tolk", "j.r.r. t", "JRR Tol", "j r r t", "tolkien jrr"],
    "Ursula K. Le Guin": ["le gu", "guin", "ursula le", "ursula k le"],
    "Zoë O’Brien": ["zoe", "o'b", "obri", "O’Brien"],
    "Jean-Paul Sartre": ["jean p", "jeanpaul", "sartre"],
    "The Lord of the Rings": ["lord of", "the lord", "rings"],
    "Łukasz Orbitowski": ["lukasz", "orbi"],
    "村上 春樹": ["村", "村上春", "春树", "村上 春樹"],
    "한강": ["한", "한 강"],
    "हिंदी लेखक": ["हिं", "लेख"],
}


@pytest.mark.parametrize("name", TYPED)
def test_a_name_is_found_as_it_is_typed(name: str) -> None:
    for typed in TYPED[name]:
        assert any(start.startswith(start_of(typed)) for start in starts_of(name)), typed


@pytest.mark.parametrize("typed", ["oolf", "virginia x", "r tolkien", "x"])
def test_a_name_is_not_found_within_a_word_or_by_other_words(typed: str) -> None:
    names = ("Virginia Woolf", "J. R. R. Tolkien")
    assert not any(start.startswith(start_of(typed)) for name in names for start in starts_of(name))


@given(junk)
def test_a_name_has_few_and_short_starts(name: str) -> None:
    starts = starts_of(name)
    assert len(starts) <= MAX_STARTS
    assert all(0 < len(start) <= MAX_START_CHARS + 1 for start in starts)
