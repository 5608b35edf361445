"""Words are those that shoppers type, in any script."""

import pytest
from hypothesis import given

from bookshop.search.words import adjacent_pairs, join_words, split_units, split_words
from tests.search.strategies import junk


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Łódź", "lodz"),
        ("SØREN Kierkegaard", "soren kierkegaard"),
        ("Œuvres, Ægir", "oeuvres aegir"),
        ("Đồi gió hú", "doi gio hu"),
        ("kırmızı ısı İNCE", "kirmizi isi ince"),
        ("Straße", "strasse"),
        ("Þórður Ðorđe Ŋ ħ", "thordur dorde n h"),
        ("Ґанок", "ганок"),
        ("Hawaiʻi", "hawai i"),
        ("龍 竜 澤 沢 錢 钟 锺", "龙 龙 泽 泽 钱 钟 钟"),
        ("کتاب ى ة كتـــاب", "كتاب ي ه كتاب"),
        ("Salt & Straw", "salt and straw"),
        ("C++20, c# und Ｆ＃", "cplusplus 20 csharp und fsharp"),
        ("Agents #2, Part C #2, Notepad++", "agents 2 part c 2 notepad"),
        ("20,000 leagues, 20.000 Meilen, 1,5", "20000 leagues 20000 meilen 1 5"),
    ],
)
def test_letters_are_those_of_every_keyboard_on_both_sides(text: str, plain: str) -> None:
    assert " ".join(split_words(text)) == " ".join(split_units(text)) == plain
    assert split_words(plain) == split_words(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("百年孤独", ["百年", "年孤", "孤独"]),
        ("森", ["森"]),
        ("ノルウェイの森 上", ["ノル", "ルウ", "ウェ", "ェイ", "イの", "の森", "上"]),
        ("ﾉﾙｳｪｲ", ["ノル", "ルウ", "ウェ", "ェイ"]),
        ("1Q84 第3巻", ["1q84", "第", "3", "卷"]),
        ("백년의 고독", ["백년", "년의", "고독"]),
        ("กำลัง", ["กํ", "ํา", "าล", "ลั", "ัง"]),
        ("हिन्दी किताब।", ["हिनदी", "किताब"]),
    ],
)
def test_scripts_without_spaces_are_pairs_of_characters(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_pairs_reach_across_spaces_and_dots() -> None:
    assert list(adjacent_pairs(split_units("ア・ビ C ガ"))) == ["アヒ"]


def test_words_are_joined_as_they_were_typed() -> None:
    assert join_words(split_words("dune 百年孤独 高 の")) == "dune 百年孤独 高 の"


@given(junk)
def test_what_is_looked_up_is_in_the_index(text: str) -> None:
    units = split_units(text)
    assert set(split_words(text)) <= {*units, *adjacent_pairs(units)}


@given(junk)
def test_words_are_words_of_themselves(text: str) -> None:
    assert split_words(" ".join(split_words(text))) == split_words(text)
