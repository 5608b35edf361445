"""An ISBN is read in any spelling, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, isbn

from bookshop.trade.isbn import find_isbn, parse_isbn

thirteen = st.from_regex(r"978[0-9]{9}|9791[0-9]{8}", fullmatch=True).map(
    lambda stem: stem + ean.calc_check_digit(stem)
)
separators = st.sampled_from(["", "-", " "])


def with_separators(number: str, separator: str) -> str:
    return separator.join([number[:3], number[3:4], number[4:8], number[8:-1], number[-1]])


@given(thirteen, separators)
def test_thirteen_digits_are_read_in_any_spelling(number: str, separator: str) -> None:
    assert parse_isbn(f" {with_separators(number, separator)}\n") == number


@given(thirteen.filter(lambda number: number.startswith("978")), separators)
def test_ten_digits_mean_the_same_book(number: str, separator: str) -> None:
    ten = isbn.to_isbn10(number)
    assert len(ten) == 10
    assert parse_isbn(with_separators(ten, separator)) == number


@given(thirteen, st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_makes_no_other_book(number: str, place: int, off: int) -> None:
    wrong = str((int(number[place]) + off) % 10)
    assert parse_isbn(number[:place] + wrong + number[place + 1 :]) is None


@given(thirteen.filter(lambda number: number.startswith("978")), st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_of_ten_makes_no_other_book(number: str, place: int, off: int) -> None:
    ten = isbn.to_isbn10(number)
    wrong = str((int(ten[place]) + off) % 10)
    assert parse_isbn(ten[:place] + wrong + ten[place + 1 :]) is None


@pytest.mark.parametrize("text", ["080442957X", "0-8044-2957-X", "0-8044-2957-x", "9780804429573"])
def test_ten_as_a_check_digit_is_an_x(text: str) -> None:
    assert parse_isbn(text) == "9780804429573"


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
    ],
)
def test_what_is_not_the_number_of_a_book_is_none(text: str) -> None:
    assert parse_isbn(text) is None


@given(st.text(max_size=40) | st.text("0123456789Xx- –", max_size=20))
def test_any_text_is_a_number_of_a_book_or_none(text: str) -> None:
    number = parse_isbn(text)
    assert number is None or (number.isascii() and ean.is_valid(number) and parse_isbn(number) == number)


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-0-8044-2957-3",
        "ISBN-13: 978-0-8044-2957-3",
        "isbn13 978 0 8044 2957 3",
        "ISBN-10 0-8044-2957-X, ISBN-13 978-0-8044-2957-3",
        "ISBN080442957x",
        "9780804429573 (paperback)",
        "EAN 9780804429573 51299",
        "ＩＳＢＮ：９７８－０－８０４４－２９５７－３",
        "https://shop.example/poems/dp/080442957X/ref=sr_1_1?qid=1700000000",
        "https://shop.example/books/poems-9780804429573.html",
    ],
)
def test_a_number_is_found_within_a_text(text: str) -> None:
    assert find_isbn(text) == "9780804429573"


around = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="xX"), max_size=20)


@given(around, thirteen, st.booleans(), separators, around)
def test_a_number_is_found_whatever_surrounds_it(
    before: str, number: str, is_short: bool, separator: str, after: str
) -> None:
    spelled = isbn.to_isbn10(number) if is_short and number.startswith("978") else number
    spelled = with_separators(spelled, separator)
    assert find_isbn(f"{before} {spelled} {after}") == number


@given(around, thirteen, st.integers(0, 12), st.integers(1, 9), separators)
def test_a_wrong_digit_within_a_text_finds_none(
    before: str, number: str, place: int, off: int, separator: str
) -> None:
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert find_isbn(f"{before} {with_separators(wrong, separator)}") in (None, parse_isbn(wrong[3:]))


@pytest.mark.parametrize("text", ["978 0306406152", "978-0-8044-2957-X", "080442957Xavier"])
def test_a_part_of_another_number_or_word_is_none(text: str) -> None:
    assert find_isbn(text) is None


def test_several_numbers_are_not_one() -> None:
    assert find_isbn("9780804429573 and 9780578675862") is None
