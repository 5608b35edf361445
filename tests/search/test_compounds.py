"""Words that were joined or split are found by the words that the catalogue knows."""

from collections.abc import Iterable

import pytest

from bookshop.search.compounds import (
    MAX_COMPOUND_CHARS,
    join_initials,
    join_known,
    list_joined,
    list_parts,
    split_compounds,
)

KNOWN = {
    "winnie",
    "the",
    "pooh",
    "wonderland",
    "wonder",
    "land",
    "text",
    "book",
    "textbook",
    "catch",
    "alice",
}


def test_neighbors_are_joined_that_are_a_known_word() -> None:
    words = ["alice", "in", "wonder", "land"]
    assert list(list_joined(words)) == ["alicein", "inwonder", "wonderland"]
    assert join_known(words, KNOWN) == ("alice", "in", "wonderland")
    assert join_known(["land", "wonder"], KNOWN) == ("land", "wonder")


def test_initials_are_joined() -> None:
    assert join_initials(["j", "r", "r", "tolkien"]) == ("jrr", "tolkien")
    assert join_initials(["plan", "b", "8", "9"]) == ("plan", "b", "8", "9")


@pytest.mark.parametrize(
    ("words", "unknown", "splits"),
    [
        (["winniethepooh"], ["winniethepooh"], [("winnie", "the", "pooh")]),
        (["catch22"], ["catch22"], [("catch", "22")]),
        (["winniethepooh", "alice"], ["winniethepooh"], [("winnie", "the", "pooh", "alice")]),
        (["aliceinwonderland"], ["aliceinwonderland"], [("alice", "in", "wonderland")]),
        (["textbook", "alice"], [], [("text", "book", "alice")]),
        (["textbook", "wonderland"], [], [("text", "book", "wonderland"), ("textbook", "wonder", "land")]),
        (["winniexthepooh"], ["winniexthepooh"], []),
        (["alice"], [], []),
        (["winnied"], ["winnied"], []),
        (["land" * 5], ["land" * 5], [("land",) * 5]),
        (["land" * 6], ["land" * 6], []),
    ],
)
def test_compounds_are_split_into_the_fewest_known_words(
    words: list[str], unknown: list[str], splits: Iterable[tuple[str, ...]]
) -> None:
    assert list(split_compounds(words, unknown, KNOWN)) == splits


def test_long_and_short_words_have_no_parts() -> None:
    assert list(list_parts("text")) == list(list_parts("x" * (MAX_COMPOUND_CHARS + 1))) == []
    assert list(list_parts("books")) == ["boo", "book", "books", "ook", "ooks", "oks"]
