"""Dates in the formats of ONIX code list 55, as exact as they were sent."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypedDict

DIGITS = re.compile(r"[0-9]{8}|[0-9]{6}|[0-9]{4}")

# ONIX code list 55: how many of the first digits are the year, month and day
DIGITS_BY_FORMAT = {"00": 8, "01": 6, "05": 4, "06": 8, "07": 6, "11": 4, "13": 8, "14": 8}
# of seasons, which hemispheres have at different times, only the year is used
YEAR_ONLY_FORMATS = {"04": 4, "10": 4}
# of weeks (YYYYWW) and quarters (YYYYQ), and of ranges of them, the first day or month
WEEK_FORMATS, QUARTER_FORMATS = frozenset({"02", "08"}), frozenset({"03", "09"})
WEEK, QUARTER = (
    re.compile(r"([0-9]{4})([0-9]{2})(?:[0-9]{6})?"),
    re.compile(r"([0-9]{4})([1-4])(?:[0-9]{5})?"),
)
ALL_FORMATS = DIGITS_BY_FORMAT | YEAR_ONLY_FORMATS
# these have a last date as well, in as many digits
RANGE_FORMATS = frozenset({"06", "07", "11"})
DATE_LENGTHS = (8, 6, 4)
# ONIX code lists 155 and 173: from date, until date, from … until date
FROM_DATE, UNTIL_DATE, DATE_RANGE = "14", "15", "24"
# ONIX code lists 163 and 166: a book is not sold before these
PUBLISHED, EMBARGO = "01", "02"
# stands for a date that cannot be read and before which something must not be done
NEVER = "9999"
MIN_YEAR, MAX_YEARS_AHEAD = 1450, 20
COMING_YEAR = re.compile(r"20[0-9]{2}|9999")


class RoleDate(TypedDict, total=False):
    """A date (YYYY, YYYY-MM or YYYY-MM-DD) in a role.

    Roles are of list 163 for products and markets, of list 166 for supplies.
    """

    role: str
    date: str


def read_dates(nodes: Iterable[Mapping[str, Any]]) -> list[RoleDate]:
    """Return those that have both a role and a valid date.

    A date before which a book is not sold is NEVER if it cannot be read and may be to come.
    """
    this_year = datetime.now(UTC).year
    found: list[RoleDate] = []
    for node in nodes:
        if "role" in node and "date" in node:
            found.append({"role": node["role"], "date": node["date"]})
        elif is_withheld(node, this_year):
            found.append({"role": node["role"], "date": NEVER})
    return found


def is_withheld(node: Mapping[str, Any], this_year: int) -> bool:
    """Return whether a book waits for another date since this one cannot be used."""
    text = node.get("unread", "")
    if "date" in node:
        is_far = int(node["date"][:4]) > this_year + MAX_YEARS_AHEAD
        return is_far and node.get("role") in (PUBLISHED, EMBARGO)
    if node.get("role") == PUBLISHED:
        return any(int(year) >= this_year for year in COMING_YEAR.findall(text))
    return bool(text) and node.get("role") == EMBARGO


def is_plausible_year(day: str, this_year: int) -> bool:
    """Return whether a date in the form of RoleDate can be a day on which a book is sold."""
    return MIN_YEAR <= int(day[:4]) <= this_year + MAX_YEARS_AHEAD


def find_date(dates: Iterable[RoleDate], role: str) -> str:
    """Return the first date in a role, or ''."""
    return next((one["date"] for one in dates if one["role"] == role), "")


def parse_date(text: str, date_format: str = "") -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD, '' for an invalid one."""
    if date_format in WEEK_FORMATS:
        return _first_day_of_week(text)
    if date_format in QUARTER_FORMATS:
        return _first_month_of_quarter(text)
    digits = text.replace("-", "") if date_format in ("", "00", "01") else text
    length = ALL_FORMATS.get(date_format, 0) if date_format else _count_date_digits(digits)
    # senders name one format and write another: the text decides
    if date_format in ("00", "01", "05") and len(digits) != length:
        length = _count_date_digits(digits)
    return _add_hyphens(digits[:length]) if length else ""


@lru_cache(maxsize=4096)
def parse_date_range(text: str, date_format: str) -> tuple[str, str]:
    """Return the first and the last date, which are the same unless the format is a range."""
    first = parse_date(text, date_format)
    if date_format not in RANGE_FORMATS:
        return first, first
    return first, _add_hyphens(text[ALL_FORMATS[date_format] :])


def _first_day_of_week(text: str) -> str:
    found = WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1).isoformat() if found else ""
    except ValueError:
        return ""


def _first_month_of_quarter(text: str) -> str:
    found = QUARTER.fullmatch(text)
    return _add_hyphens(f"{found[1]}{3 * int(found[2]) - 2:02}") if found else ""


def _count_date_digits(digits: str) -> int:
    """Count the digits of a date without a format, or with a time after it."""
    return next((length for length in DATE_LENGTHS if DIGITS.fullmatch(digits[:length])), 0)


def _add_hyphens(digits: str) -> str:
    if not DIGITS.fullmatch(digits):
        return ""
    year, month, day = digits[:4], digits[4:6] or "01", digits[6:] or "01"
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return "-".join(part for part in (year, digits[4:6], digits[6:]) if part)
