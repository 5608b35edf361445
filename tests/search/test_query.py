"""What a query means."""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.book_tokens import tokens_of
from bookshop.search.filters import Filters
from bookshop.search.query import Query, tiers_of
from bookshop.search.words import MAX_WORD_CHARS, UNITS, UNSPACED, split_units
from tests.search.strategies import junk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  — !", ()),
        ("Émile", ("emile",)),
        ("the sea, the sea", ("the", "sea", "the", "sea")),
        ("wool_en", ("wool", "en")),
        ("a b c d e f g h i", ("a", "b", "c", "d", "e", "f", "g", "i")),
        ("Salt & Straw", ("salt", "and", "straw")),
        ("百年孤独", ("百年", "年孤", "孤独")),
        ("森 百年", ("森", "百年")),
        ("백년의 고독", ("백년", "년의", "고독")),
        ("हिन्दी किताब", ("हिनदी", "किताब")),
        ("Łódź ve ısı", ("lodz", "ve", "isi")),
        ("978-0-578-67586-2", ("9780578675862",)),
        ("0-8044-2957-X", ("9780804429573",)),
        ("978-0-578", ("9780578",)),
        ("0-578-67", ("057867",)),
        ("1984", ("1984",)),
        ("catch-22", ("catch", "22")),
    ],
)
def test_a_query_is_its_words(text: str, words: tuple[str, ...]) -> None:
    assert Query.from_text(text).words == words


@given(junk, st.dictionaries(st.sampled_from(["subject", "form", "person", "x"]), junk))
def test_any_text_is_a_few_tokens_that_mean_nothing_to_a_database(text: str, args: dict[str, str]) -> None:
    for tier in tiers_of(Query.from_text(text), Filters.from_args(args)):
        for token in chain.from_iterable(tier):
            bare = token.removesuffix("*")
            assert bare
            assert all(c in "_-" or UNITS.fullmatch(c) for c in bare)
            assert len(bare) <= 2 * MAX_WORD_CHARS + 2


def is_found(typed: str, tokens: Sequence[str]) -> bool:
    """Return whether the last tier of a query matches a book with these tokens."""
    return all(
        any(fnmatchcase(stored, token) for token in wanted for stored in tokens)
        for wanted in tiers_of(Query.from_text(typed), Filters())[-1]
    )


TITLES = [
    "百年孤独",
    "ノルウェイの森　上",
    "ガブリエル・ガルシア＝マルケス",
    "난장이가 쏘아올린 작은 공",
    "สี่แผ่นดิน",
    "गोदान: हिन्दी उपन्यास",
    "Łódź, Œuvres & Søren",
    "الأمير الصغير",
    "Đất rừng phương Nam",
    "Преступление и наказание",
    "J.R.R. Tolkien’s 20,000 leagues, vol. 2",
]


@pytest.mark.parametrize("title", TITLES)
@given(st.data())
def test_a_title_is_found_by_its_words_and_by_its_characters(title: str, data: st.DataObject) -> None:
    tokens = tokens_of(title, [], [], [])
    word = data.draw(st.sampled_from(title.split()))
    for typed in (title, title.upper(), unicodedata.normalize("NFKD", title), word, *split_units(title)):
        if Query.from_text(typed).words:
            assert is_found(typed, tokens), typed
    run = max(re.findall(f"[{UNSPACED}]*", title), key=len)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(run))] * 2)))
    if end > start:
        assert is_found(run[start:end], tokens)
    assert not is_found("孤百", tokens)


def test_a_query_that_names_a_category_finds_its_books_after_all_others() -> None:
    first, second, third = tiers_of(Query.from_text("graphic novels"), Filters(form="paperback"))
    assert "s_comics" not in {token for tier in (first, second) for term in tier for token in term}
    assert all("s_comics" in term for term in third[:-1])
    assert third[-1] == ("f_paperback",)
