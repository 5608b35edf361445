"""A book is also found under other spellings of its words."""

import pytest

from bookshop.search.book_tokens import whole_title
from bookshop.search.other_spellings import other_spellings
from bookshop.search.words import split_units


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Middlemarch", []),
        ("J. R. R. Tolkien", ["jr", "jrr", "jrrtolkien"]),
        ("C.S. Lewis", ["cs", "cslewis"]),
        ("Plan B for you", []),
        ("A B C D E F G", ["ab", "abc", "abcd", "abcde", "fg"]),
        ("Dr. No", ["doctor"]),
        ("The No. 1 Ladies", ["number", "one"]),
        ("Number 10", ["no", "ten"]),
        ("Doctor Jekyll and Mister Hyde", ["dr", "mr"]),
        ("St Joan", ["saint"]),
        ("Vol. 3", ["volume", "three", "iii"]),
        ("Müller, Søren und Åse", ["mueller", "soeren", "aase"]),
        ("O’Brien’s Spider-Man", ["obrien", "obriens", "spiderman"]),
        ("Catch-22", ["twenty", "two", "catch22"]),
        ("الأمير الصغير", ["امير", "صغير"]),
        ("הנסיך הקטן", ["נסיך", "קטן"]),
        ("百年・孤独", []),
    ],
)
def test_other_spellings_are_what_shoppers_may_type(text: str, others: list[str]) -> None:
    assert set(other_spellings(text, split_units(text))) == set(others)


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Catch-22", "catch22"),
        ("Winnie-the-Pooh", "winniethepooh"),
        ("Wonderland", "wonder land"),
        ("J R R", "jrr"),
        ("Dr. Jekyll & Mr. Hyde", "doctor jekyll and mister hyde"),
        ("ガブリエル・ガルシア", "ガブリエルガルシア"),
    ],
)
def test_a_whole_title_is_one_however_it_is_spaced(title: str, typed: str) -> None:
    assert whole_title(split_units(title)) == whole_title(split_units(typed))
