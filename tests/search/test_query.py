"""What a query means."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.book_tokens import MAX_WORD_CHARS
from bookshop.search.filters import Filters
from bookshop.search.query import Query, tiers_of
from tests.search.strategies import junk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  — !", ()),
        ("Émile", ("emile",)),
        ("the sea, the sea", ("the", "sea", "sea")),
        ("wool_en", ("wool", "en")),
        ("a b c d e f g h i", ("a", "b", "c", "d", "e", "f", "g", "i")),
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
            assert all(c.isalnum() or c in "_-" for c in bare)
            assert len(bare) <= 2 * MAX_WORD_CHARS + 2
