"""The address of a book's page ends in its title."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.catalogue.book import Contributor, byline
from tests.builders import a_book

texts = st.text(st.characters(codec="utf-8"), max_size=120)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Middlemarch", "middlemarch"),
        ("The Art of Doing Science and Engineering", "the-art-of-doing-science-and-engineering"),
        ("Les Misérables: Tome I", "les-miserables-tome-i"),
        ("— ? —", ""),
        ("", ""),
        ("a" * 79 + " b", "a" * 79),
        ("a" * 200, "a" * 80),
    ],
)
def test_an_address_ends_in_the_title(title: str, slug: str) -> None:
    assert a_book(title).slug == slug


@given(texts)
def test_an_address_is_short_and_of_words_and_hyphens_only(title: str) -> None:
    slug = a_book(title).slug
    assert len(slug) <= 80
    assert re.fullmatch(r"(\w+(-\w+)*)?", slug)


@pytest.mark.parametrize(
    ("names", "phrase"),
    [
        ([], ""),
        (["Martin Luther King, Jr."], "Martin Luther King, Jr."),
        (["Ada", "Martin Luther King, Jr."], "Ada and Martin Luther King, Jr."),
        (["Ada", "Bob", "Eve"], "Ada, Bob and Eve"),
    ],
)
def test_a_byline_joins_whole_names(names: list[str], phrase: str) -> None:
    assert byline([Contributor("A01", name) for name in names]) == phrase
