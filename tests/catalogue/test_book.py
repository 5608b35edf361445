"""A book's number, its words, and what its shelf says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, isbn

from bookshop.trade.isbn import read_isbn
from bookshop.trade.text import words
from tests.builders import a_book

thirteen = st.from_regex(r"978[0-9]{9}|9791[0-9]{8}", fullmatch=True).map(
    lambda stem: stem + ean.calc_check_digit(stem)
)
separators = st.sampled_from(["", "-", " "])
texts = st.text(st.characters(codec="utf-8"), max_size=120)


def with_separators(number: str, separator: str) -> str:
    return separator.join([number[:3], number[3:4], number[4:8], number[8:-1], number[-1]])


@given(thirteen, separators)
def test_thirteen_digits_are_read_in_any_spelling(number: str, separator: str) -> None:
    assert read_isbn(f" {with_separators(number, separator)}\n") == number


@given(thirteen.filter(lambda number: number.startswith("978")), separators)
def test_ten_digits_mean_the_same_book(number: str, separator: str) -> None:
    ten = isbn.to_isbn10(number)
    assert len(ten) == 10
    assert read_isbn(with_separators(ten, separator)) == number


@given(thirteen, st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_makes_no_other_book(number: str, place: int, off: int) -> None:
    wrong = str((int(number[place]) + off) % 10)
    assert read_isbn(number[:place] + wrong + number[place + 1 :]) is None


@given(thirteen.filter(lambda number: number.startswith("978")), st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_of_ten_makes_no_other_book(number: str, place: int, off: int) -> None:
    ten = isbn.to_isbn10(number)
    wrong = str((int(ten[place]) + off) % 10)
    assert read_isbn(ten[:place] + wrong + ten[place + 1 :]) is None


@pytest.mark.parametrize("text", ["080442957X", "0-8044-2957-X", "0-8044-2957-x", "9780804429573"])
def test_ten_as_a_check_digit_is_an_x(text: str) -> None:
    assert read_isbn(text) == "9780804429573"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "Middlemarch",
        "978",
        "978030640615",
        "97803064061570",
        "9780306406158",
        "9790060115615",
        "5901234123457",
        "X804429570",
        "\x009780306406157",
    ],
)
def test_what_is_no_books_number_is_none(text: str) -> None:
    assert read_isbn(text) is None


@given(st.text(max_size=40) | st.text("0123456789Xx- –", max_size=20))
def test_any_text_is_a_number_of_a_book_or_none(text: str) -> None:
    number = read_isbn(text)
    assert number is None or (number.isascii() and ean.is_valid(number) and read_isbn(number) == number)


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
