"""Dates that may be exact to a day, a month or a year only: YYYY-MM-DD, YYYY-MM or YYYY."""

import calendar
from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=4096)
def first_day(text: str) -> date:
    return date.fromisoformat(text + "-01-01"[len(text) - len("YYYY") :])


def last_day(text: str) -> date:
    first = first_day(text)
    if len(text) == len("YYYY"):
        return first.replace(month=12, day=31)
    if len(text) == len("YYYY-MM"):
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def day_after(text: str) -> date:
    """Return the first day after a date, or the last day that Python has."""
    day = last_day(text)
    return day if day == date.max else day + timedelta(days=1)


def exact_day(text: str) -> date | None:
    """Return the day of a date that names one, else None."""
    return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else None
