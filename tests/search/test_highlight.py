"""The words of a query are highlighted, and no text is let through as markup."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.highlight import highlight
from bookshop.search.query import Query


def highlighted(text: str, query: str) -> str:
    return str(highlight(text, Query.from_text(query).words))


def test_whole_words_and_the_beginning_of_the_last_are_highlighted() -> None:
    assert highlighted("Whales at sea, whaling", "sea whal") == (
        "<mark>Whales</mark> at <mark>sea</mark>, <mark>whaling</mark>"
    )
    assert highlighted("Whales at sea, whaling", "whal sea") == "Whales at <mark>sea</mark>, whaling"


def test_stop_words_are_highlighted_only_if_the_query_has_no_others() -> None:
    assert highlighted("Whales and whaling", "and whal") == "<mark>Whales</mark> and <mark>whaling</mark>"
    assert highlighted("Whales and whaling", "whales and") == "<mark>Whales</mark> and whaling"
    assert highlighted("Whales and an Andean", "and") == "Whales <mark>and</mark> an <mark>Andean</mark>"


def test_case_and_accents_do_not_matter() -> None:
    assert highlighted("ÉMILE Zola", "emile") == "<mark>ÉMILE</mark> Zola"


def test_characters_without_spaces_are_highlighted_within_their_run() -> None:
    assert highlighted("百年孤独 (孤本)", "孤独") == "百年<mark>孤独</mark> (孤本)"
    assert highlighted("ノルウェイの森 Mori", "ウェイ") == "ノル<mark>ウェイ</mark>の森 Mori"
    assert highlighted("森の森b", "森 b") == "<mark>森</mark>の<mark>森b</mark>"
    assert highlighted("森b", "b") == "森<mark>b</mark>"
    assert highlighted("백년의 고독", "고독") == "백년의 <mark>고독</mark>"


def test_other_spellings_are_highlighted() -> None:
    assert highlighted("Dr. Müller’s 1984", "doctor mueller") == "<mark>Dr</mark>. <mark>Müller</mark>’s 1984"
    assert highlighted("हिन्दी की किताब", "किताब") == "हिन्दी की <mark>किताब</mark>"
    assert highlighted("Wisława Szymborska", "wislawa") == "<mark>Wisława</mark> Szymborska"


def test_signs_and_other_forms_of_characters_are_highlighted() -> None:
    assert highlighted("C++ and C", "c++") == "<mark>C++</mark> and C"
    assert highlighted("紅樓夢", "红楼") == "<mark>紅樓</mark>夢"


def test_too_many_words_begin_with_one_letter() -> None:
    assert highlighted("An atlas of a city", "a") == "An atlas of <mark>a</mark> city"


def test_nothing_is_highlighted_without_a_query() -> None:
    assert highlighted("<b>", "") == "&lt;b&gt;"


@given(st.text(), st.text())
def test_the_text_stays_the_same_but_for_marks(text: str, query: str) -> None:
    found = highlighted(text, query)
    plain = re.sub("</?mark>", "", found)
    assert "<" not in plain
    assert unescape(plain) == unescape(str(highlight(text, ())))
