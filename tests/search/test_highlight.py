"""Marks show the words that were looked for, and let nothing of a text through as markup."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.highlight import mark
from bookshop.search.query import Query


def marked(text: str, query: str) -> str:
    return str(mark(text, Query.from_text(query).words))


def test_whole_words_and_the_beginning_of_the_last_are_marked() -> None:
    assert marked("Whales at sea, whaling", "sea whal") == (
        "<mark>Whales</mark> at <mark>sea</mark>, <mark>whaling</mark>"
    )
    assert marked("Whales at sea, whaling", "whal sea") == "Whales at <mark>sea</mark>, whaling"


def test_little_words_are_marked_only_where_nothing_else_was_looked_for() -> None:
    assert marked("Whales and whaling", "and whal") == "<mark>Whales</mark> and <mark>whaling</mark>"
    assert marked("Whales and whaling", "whales and") == "<mark>Whales</mark> and whaling"
    assert marked("Whales and an Andean", "and") == "Whales <mark>and</mark> an <mark>Andean</mark>"


def test_case_and_accents_do_not_matter() -> None:
    assert marked("ÉMILE Zola", "emile") == "<mark>ÉMILE</mark> Zola"


def test_one_letter_begins_too_many_words() -> None:
    assert marked("An atlas of a city", "a") == "An atlas of <mark>a</mark> city"


def test_nothing_is_marked_when_nothing_was_looked_for() -> None:
    assert marked("<b>", "") == "&lt;b&gt;"


@given(st.text(), st.text())
def test_the_text_stays_the_same_but_for_marks(text: str, query: str) -> None:
    found = marked(text, query)
    plain = re.sub("</?mark>", "", found)
    assert "<" not in plain
    assert unescape(plain) == unescape(str(mark(text, ())))
