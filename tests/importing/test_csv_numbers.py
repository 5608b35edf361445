"""A number is read as it was meant, or it is not read."""

from contextlib import suppress
from decimal import Decimal

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import UnsupportedNumberingSystemError, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.importing.rules.csv_numbers import parse_number, parse_pages

COUNTRIES = ("SG", "DE", "FR", "CH", "IN", "SE", "ZA", "AQ")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000", "1000"),
        ("1,000", "1000"),
        ("1 000", "1000"),
        ("1\u202f000", "1000"),
        ("1'000", "1000"),
        ("1’000", "1000"),
        ("1,000.00", "1000"),
        ("1.000,00", "1000"),
        ("1,000,000", "1000000"),
        ("1.234.567", "1234567"),
        ("12,34,567.5", "1234567.5"),
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        ("0.000", "0"),
        ("1234.000", "1234"),
        ("12.0000", "12"),
        (".99", "0.99"),
        ("１，０００", "1000"),
    ],
)
def test_marks_separate_thousands_or_decimals(text: str, number: str) -> None:
    assert parse_number(text, "SG") == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "few", ".", ",", "4.", "1,00,00", "12 50", "1,0000,000", "1.2.3", "-1", "1e3"]
)
def test_other_text_is_not_a_number(text: str) -> None:
    assert parse_number(text, "SG") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [("1,000", "US", 1000), ("1.000", "DE", 1000), ("12.345", "ID", 12_345), ("1,500", "JP", 1500)],
)
def test_one_mark_is_read_as_in_the_shops_country(text: str, country: str, number: int) -> None:
    assert parse_number(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("1.000", "SG", "'1.000' may mean 1000 or 1. Write it without a separator of thousands."),
        ("1,000", "DE", "'1,000' may mean 1000 or 1. Write it without a separator of thousands."),
        ("1,250", "CH", "'1,250' may mean 1250 or 1.25. Write it without a separator of thousands."),
        ("12.345", "US", "'12.345' may mean 12345 or 12.345. Write it without a separator of thousands."),
    ],
)
def test_a_number_with_two_meanings_is_refused(text: str, country: str, reason: str) -> None:
    with pytest.raises(ValueError, match="may mean") as refused:
        parse_number(text, country)
    assert str(refused.value) == reason


@settings(max_examples=300, deadline=None)
@given(
    number=st.one_of(st.integers(0, 2_000_000), st.integers(0, 2000).map(lambda thousands: thousands * 1000)),
    locale=st.sampled_from(sorted(locale_identifiers())),
    numbering=st.sampled_from(["latn", "default", "native"]),
    country=st.sampled_from(COUNTRIES),
)
def test_a_number_of_any_locale_is_read_exactly_or_not(
    number: int, locale: str, numbering: str, country: str
) -> None:
    try:
        text = format_decimal(number, locale=locale, numbering_system=numbering)
    except UnsupportedNumberingSystemError:
        return
    with suppress(ValueError):
        assert parse_number(text, country) in (number, None)


@pytest.mark.parametrize("text", ["1,024", "1024.0", "1024 pages", "1024 pp.", "1024 S."])
def test_pages_may_have_their_word(text: str) -> None:
    assert parse_pages(text, "SG") == 1024


@pytest.mark.parametrize("text", ["many", "1.5", "xii, 320 p."])
def test_other_pages_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid number of pages"):
        parse_pages(text, "SG")
