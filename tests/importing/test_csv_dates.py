"""A date is read as it was meant, or it is not read."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.importing.rules.csv_dates import find_date_rules, may_be_to_come, parse_csv_date
from bookshop.importing.rules.date_forms import DateRules
from bookshop.importing.rules.day_order import DayOrder, order_in
from bookshop.importing.rules.month_names import LANGUAGES
from bookshop.trade.market import Market

TODAY = date(2026, 11, 29)


def rules_in(country: str, *dates: str) -> DateRules:
    """Return the rules for a file with these dates."""
    return find_date_rules(dates, Market(country, "USD", "America/New_York"), TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-01",
        "2027/03/01",
        "2027/3/1",
        "2027.03.01",
        "2027. 3. 1.",
        "20270301",
        "2027-03-01 00:00:00",
        "2027-03-01 00:00:00.000",
        "2027-03-01T00:00",
        "20270301T000000",
        "01/03/2027",
        "1/3/2027 0:00",
        "01/03/2027 12:00:00 AM",
        "01.03.2027 00:00",
        "01032027",
        "1/3/27",
        "1.3.27",
        "01-Mar-27",
        "01-MAR-2027",
        "01MAR2027",
        "1 Mar 2027",
        "March 1, 2027",
        "2027-Mar-01",
        "1st March 2027",
        "the 1st of March, 2027",
        "Monday, March 1, 2027",
        "Mon Mar 01 2027 00:00:00 GMT+0800 (Singapore Standard Time)",
        "1. März 2027",
        "Montag, 1. März 2027",
        "1er mars 2027",
        "lun. 1 mars 2027",
        "1 de marzo de 2027",
        "1 marzo 2027",
        "1 maart 2027",
        "1º de março de 2027",
        "2027年3月1日",
        "2027년 3월 1일",
        "２０２７／３／１",
        "46447",
        "46447.0",
        "46447.75",
    ],
)
def test_the_forms_of_spreadsheets_tills_and_databases(text: str) -> None:
    assert parse_csv_date(text, rules_in("SG")) == "2027-03-01"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("March 2027", "2027-03"),
        ("Mar-27", "2027-03"),
        ("Mar '27", "2027-03"),
        ("Sept. 2027", "2027-09"),
        ("3/2027", "2027-03"),
        ("202703", "2027-03"),
        ("2027-03-00", "2027-03"),
        ("2027", "2027"),
        ("2027.0", "2027"),
        ("2027-00-00", "2027"),
        ("c1998", "1998"),
        ("[1998?]", "1998"),
        ("1/3/47", "1947-03-01"),
        ("N/A", ""),
        ("n.d.", ""),
        ("NULL", ""),
        ("-", ""),
        ("00000", ""),
        ("0000-00-00 00:00:00", ""),
        ("00/00/0000", ""),
        ("1900-01-00", ""),
        ("00/01/1900", ""),
        ("1/0/1900", ""),
        ("0-Jan-00", ""),
        ("1900-01-01", "1900-01-01"),
        ("1900-01", "1900-01"),
        ("2000", "2000"),
    ],
)
def test_a_date_may_be_a_month_a_year_or_none(text: str, day: str) -> None:
    assert parse_csv_date(text, rules_in("SG")) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-01T00:00:00Z", "2027-03-01"),
        ("2027-03-01 00:00:00 UTC", "2027-03-01"),
        ("2027-02-28T16:00:00Z", "2027-03-01"),
        ("2027-03-01T00:00:00+08:00", "2027-03-01"),
        ("2027-02-28 23:00:00 -0500", "2027-03-01"),
    ],
)
def test_a_time_with_a_zone_is_never_a_day_before_it_was_meant(text: str, day: str) -> None:
    assert parse_csv_date(text, find_date_rules([], Market("SG", "SGD", "Asia/Singapore"), TODAY)) == day


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "27-Mar",
        "Mar 27",
        "27-03-01",
        "2027-02-30",
        "2027-13-01",
        "2027-00-15",
        "31/04/2027",
        "99/99/2027",
        "Spring 2027",
        "March or May 2027",
        "1998-2003",
        "46447x",
        "1e5",
        "1/3",
        "March",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date that can be read"):
        parse_csv_date(text, rules_in("SG"))


@pytest.mark.parametrize(
    "text",
    ["01/01/0001", "0000-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "464470"],
)
def test_a_year_is_plausible(text: str) -> None:
    with pytest.raises(ValueError, match="is not a plausible date of publication"):
        parse_csv_date(text, rules_in("SG"))


@pytest.mark.parametrize(
    ("country", "others", "day"),
    [
        ("SG", (), "2027-03-04"),
        ("US", (), "2027-04-03"),
        ("PH", (), "2027-04-03"),
        ("SG", ("13/02/2026",), "2027-03-04"),
        ("SG", ("", "1/2/2026", "02/13/2026", "March 2020"), "2027-04-03"),
        ("US", ("13/02/2026 00:00",), "2027-03-04"),
        ("CA", ("13/02/2026",), "2027-03-04"),
        # years and points tell nothing about the order of the others
        ("US", ("13.02.2026", "2026-02-13", "13 Feb 2026"), "2027-04-03"),
        ("CA", ("27/03/01",), None),
        ("CA", (), None),
        ("SG", ("13/02/2026", "02/13/2026"), None),
    ],
)
def test_days_and_months_are_in_the_order_of_the_file_or_the_country(
    country: str, others: tuple[str, ...], day: str | None
) -> None:
    rules = rules_in(country, *others)
    if day:
        assert parse_csv_date("04/03/2027", rules) == day
    else:
        with pytest.raises(ValueError, match="may begin with the day or with the month"):
            parse_csv_date("04/03/2027", rules)
        assert parse_csv_date("04/04/2027", rules) == "2027-04-04"
        assert parse_csv_date("04/13/2027", rules) == "2027-04-13"
        assert parse_csv_date("13/04/2027", rules) == "2027-04-13"


def test_a_date_in_another_order_than_the_rest_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a date that can be read"):
        parse_csv_date("02/13/2027", rules_in("SG", "13/02/2027"))


def test_points_are_always_after_the_day() -> None:
    assert parse_csv_date("04.03.2027", rules_in("US")) == "2027-03-04"


@pytest.mark.parametrize("country", ["XX", "AQ", ""])
def test_an_unknown_country_has_no_order(country: str) -> None:
    assert order_in(country) is DayOrder.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soon", True),
        ("Spring 2027", True),
        ("04/03/2026", True),
        ("9999-12-31", True),
        ("Spring 2025", False),
        ("1998 printing", False),
        ("01/01/0001", False),
    ],
)
def test_a_date_that_cannot_be_read_may_be_to_come_unless_its_year_is_over(text: str, expected: bool) -> None:
    assert may_be_to_come(text, TODAY) is expected


def test_no_name_of_a_month_means_another_month_elsewhere() -> None:
    for language in LANGUAGES:
        for contexts in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in contexts[width].items():
                    assert parse_csv_date(f"2 {name} 2027", rules_in("SG")) == f"2027-{number:02}-02"


dates = st.dates(date(1450, 1, 1), date(2046, 12, 31))


@settings(max_examples=300, deadline=None)
@given(day=dates, language=st.sampled_from(LANGUAGES), width=st.sampled_from(["full", "long", "medium"]))
def test_a_date_of_any_language_is_read_exactly_or_not(day: date, language: str, width: str) -> None:
    countries = {"en": "US", "en_GB": "GB", "da": "DK", "sv": "SE", "nb": "NO"}
    with suppress(ValueError):
        country = countries.get(language, language.upper())
        text = format_date(day, width, locale=language)
        assert parse_csv_date(text, rules_in(country)) == day.isoformat()


@given(day=st.dates(date(1927, 5, 18), date(2046, 12, 31)))
def test_the_days_of_spreadsheets(day: date) -> None:
    assert parse_csv_date(str((day - date(1899, 12, 30)) // timedelta(1)), rules_in("SG")) == day.isoformat()
