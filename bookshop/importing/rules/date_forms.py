"""The forms in which spreadsheets, tills, databases and people write dates.

Libraries guess: they complete "27-Mar" with this year, and change the order of day and month from one cell to
the next. Here a form has one meaning or none.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookshop.importing.rules.day_order import LAST_MONTH, NUMERIC_DATE, DayOrder
from bookshop.importing.rules.month_names import month_numbers, weekday_names
from bookshop.onix.dates import MAX_YEARS_AHEAD
from bookshop.trade.text import words
from bookshop.trade.typed_text import normalize_code

YEAR = re.compile(r"(?:c|ca|circa|©|\(c\))?\.? ?\[?(\d{4})(?:\.0+)?\??\]?", re.IGNORECASE)
# 2027-03-01, 2027/3, 20270301, 202703
YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?|(\d\d)(\d\d)?)")
MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
EIGHT_DIGITS = re.compile(r"(\d\d)(\d\d)(\d{4})")
# spreadsheets count days since this one
SERIAL, SERIAL_START = re.compile(r"(\d{5})(?:\.\d+)?"), date(1899, 12, 30)
# "Mar-27" ends with a year; "Mar 27" may end with a day
SHORT_YEAR_AFTER_MONTH = re.compile(r"\w+\.?(?:[-/]| ?['’])\d\d")
TOKENS = re.compile(r"\d+|[^\W\d]+")
# in "the 1st of March", "1er", "1º", "1 de marzo de 2027"
FILLERS = frozenset(words("st nd rd th er re te o a e de del di do of the den der le el il"))

TIME = re.compile(
    r"(?:[ ,]+|(?<=\d)T)(?:\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?|(?<=T)\d{4}(?:\d\d)?)"
    r"(?: ?[ap]\.? ?m\.?)?(?: ?(?:Z|(?:UTC|GMT)?(?:[+-]\d\d:?(?:\d\d)?)?))?(?: \([^)]*\))?$",
    re.IGNORECASE,
)
ZONE_NAME, SPACE_BEFORE_ZONE = re.compile(r" ?(?:UTC|GMT)$"), re.compile(r" (?=[+-]\d\d:?\d\d$)")
EAST_ASIAN_MARK, END_MARKS = re.compile("[年月년월] ?(?=[0-9])"), "年月日년월일. "
AROUND_MARKS = re.compile(r" ?([/.-]) ?")

# year, month and day, with 0 for what is not named
DateParts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class DateRules:
    """How the dates of a file are read."""

    order: DayOrder
    zone: ZoneInfo
    today: date


def list_readings(text: str, rules: DateRules) -> Iterator[DateParts]:
    """Yield what a text may mean, without regard to whether there is such a date.

    Raises ValueError if the day may be the month.
    """
    plain = plain_date(text)
    yield from _read_moment(normalize_code(text), rules.zone)
    if year := YEAR.fullmatch(plain):
        yield int(year[1]), 0, 0
    if found := YEAR_FIRST.fullmatch(plain):
        yield int(found[1]), int(found[3] or found[5]), int(found[4] or found[6] or 0)
    if found := MONTH_AND_YEAR.fullmatch(plain):
        yield int(found[2]), int(found[1]), 0
    if serial := SERIAL.fullmatch(plain):
        day = SERIAL_START + timedelta(int(serial[1]))
        yield day.year, day.month, day.day
    yield from _read_numbers(plain, rules)
    yield from _read_words(plain, rules.today)


def plain_date(text: str) -> str:
    """Return a date in plain characters, without a time and without spaces around its marks."""
    plain = TIME.sub("", normalize_code(text))
    return AROUND_MARKS.sub(r"\1", EAST_ASIAN_MARK.sub("-", plain).rstrip(END_MARKS))


def _read_moment(text: str, zone: ZoneInfo) -> Iterator[DateParts]:
    """Yield the later day, as it is written or in the shop's zone, of an ISO time with a zone.

    Programs write the midnight of their own zone, which may be the evening before in UTC.
    """
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(SPACE_BEFORE_ZONE.sub("", ZONE_NAME.sub("Z", text)))
        if moment.tzinfo is not None:
            day = max(moment.date(), moment.astimezone(zone).date())
            yield day.year, day.month, day.day


def _read_numbers(plain: str, rules: DateRules) -> Iterator[DateParts]:
    """Yield the date of two numbers and a year; raises ValueError if either may be the day."""
    found = NUMERIC_DATE.fullmatch(EIGHT_DIGITS.sub(r"\1/\2/\3", plain))
    if found is None:
        return
    first, second, year = int(found["first"]), int(found["second"]), found["year"]
    order = DayOrder.DAY_FIRST if found["mark"] == "." else rules.order
    if order is DayOrder.UNKNOWN:
        if len(year) == 2 or (max(first, second) <= LAST_MONTH and first != second):
            raise ValueError(f"{plain!r} may begin with the day or with the month. Write it like 2027-03-01.")
        order = DayOrder.DAY_FIRST if first > LAST_MONTH else DayOrder.MONTH_FIRST
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    yield _whole_year(year, rules.today), month, day


def _read_words(plain: str, today: date) -> Iterator[DateParts]:
    """Yield the date of a month's name with numbers."""
    tokens = [token for token in TOKENS.findall(" ".join(words(plain))) if token not in FILLERS]
    months = month_numbers()
    if len(tokens) > 2 and tokens[0] in weekday_names() and not months.keys().isdisjoint(tokens[1:]):
        del tokens[0]
    match [_kind_of(token) for token in tokens], tokens:
        case (["day", "month", "year" | "day"], [day, month, year]) if len(year) > 1:
            yield _whole_year(year, today), months[month], int(day)
        case (["month", "day", "year" | "day"], [month, day, year]) if len(year) > 1:
            yield _whole_year(year, today), months[month], int(day)
        case (["year", "month", "day"], [year, month, day]):
            yield int(year), months[month], int(day)
        case (["month", "year"], [month, year]) | (["year", "month"], [year, month]):
            yield int(year), months[month], 0
        case (["month", "day"], [month, year]) if SHORT_YEAR_AFTER_MONTH.fullmatch(plain):
            yield _whole_year(year, today), months[month], 0


def _kind_of(token: str) -> str:
    if token.isdecimal():
        return {1: "day", 2: "day", 4: "year"}.get(len(token), "")
    return "month" if token in month_numbers() else ""


def _whole_year(year: str, today: date) -> int:
    """Return a year; of two digits the one that is not too far ahead."""
    if len(year) > 2:
        return int(year)
    return int(year) + (2000 if 2000 + int(year) <= today.year + MAX_YEARS_AHEAD else 1900)
