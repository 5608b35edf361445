"""Dates in the formats of ONIX code list 55, as exact as they were sent."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypedDict

DIGITS = re.compile(r"[0-9]{8}|[0-9]{6}|[0-9]{4}")

# ONIX code list 55: a day, a month, a year, and a day with a time, however exact the text is
TEXT_FORMATS = frozenset({"", "00", "01", "05", "13", "14"})
# hyphens may be left out, and a time or the end of a range may follow a day
DATE_TEXT = re.compile(
    r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2})(?:[^0-9].*|[0-9]{4}|[0-9]{6}|[0-9]{8})?)?)?"
)
# of seasons, which hemispheres have at different times, only the year is used
SEASON_FORMATS = frozenset({"04", "10"})
# of weeks (YYYYWW) and quarters (YYYYQ), and of ranges of them, the first day or month
WEEK_FORMATS, QUARTER_FORMATS = frozenset({"02", "08"}), frozenset({"03", "09"})
WEEK, QUARTER = (
    re.compile(r"([0-9]{4})([0-9]{2})(?:[0-9]{6})?"),
    re.compile(r"([0-9]{4})([1-4])(?:[0-9]{5})?"),
)
# ranges of days, months and years: a first and a last date, each in so many digits
RANGE_FORMATS = {"06": 8, "07": 6, "11": 4}
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
    if date_format in TEXT_FORMATS:
        found = DATE_TEXT.fullmatch(text)
        return _add_hyphens("".join(filter(None, found.groups()))) if found else ""
    digits = 4 if date_format in SEASON_FORMATS else RANGE_FORMATS.get(date_format, 0)
    return _add_hyphens(text[:digits])


@lru_cache(maxsize=4096)
def parse_date_range(text: str, date_format: str) -> tuple[str, str]:
    """Return the first and the last date, which are the same unless the format is a range."""
    first = parse_date(text, date_format)
    if date_format not in RANGE_FORMATS:
        return first, first
    return first, _add_hyphens(text[RANGE_FORMATS[date_format] :])


def _first_day_of_week(text: str) -> str:
    found = WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1).isoformat() if found else ""
    except ValueError:
        return ""


def _first_month_of_quarter(text: str) -> str:
    found = QUARTER.fullmatch(text)
    return _add_hyphens(f"{found[1]}{3 * int(found[2]) - 2:02}") if found else ""


def _add_hyphens(digits: str) -> str:
    if not DIGITS.fullmatch(digits):
        return ""
    year, month, day = digits[:4], digits[4:6] or "01", digits[6:] or "01"
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return "-".join(part for part in (year, digits[4:6], digits[6:]) if part)
