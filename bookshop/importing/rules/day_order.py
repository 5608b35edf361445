"""Whether dates such as 04/03/2027 begin with the day or with the month."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache

from babel import Locale, UnknownLocaleError

# two numbers and a year; 27-03-04 is none of them, since it may begin with the year
NUMERIC_DATE = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|(?<!-)\d{2})"
)
LAST_MONTH = 12


class DayOrder(Enum):
    """What dates begin with, as in CLDR's patterns; UNKNOWN where nothing decides."""

    DAY_FIRST = "dM"
    MONTH_FIRST = "Md"
    UNKNOWN = ""


def find_day_order(dates: Iterable[str], country: str) -> DayOrder:
    """Return the order that days after the 12th prove, or else that of the country."""
    custom = order_in(country)
    proven = {order for one in dates if (order := _prove_order(one, custom))}
    return proven.pop() if len(proven) == 1 else DayOrder.UNKNOWN if proven else custom


def _prove_order(text: str, custom: DayOrder) -> DayOrder | None:
    found = NUMERIC_DATE.fullmatch(text)
    if found is None or found["mark"] == "." or (len(found["year"]) == 2 and custom is DayOrder.UNKNOWN):
        return None
    first, second = int(found["first"]), int(found["second"])
    if (first > LAST_MONTH) == (second > LAST_MONTH):
        return None
    return DayOrder.DAY_FIRST if first > LAST_MONTH else DayOrder.MONTH_FIRST


@cache
def order_in(country: str) -> DayOrder:
    """Return the order in a country, UNKNOWN if its dates begin with the year."""
    try:
        pattern = Locale.parse(f"und_{country}").date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return DayOrder.UNKNOWN
    letters = "".join(dict.fromkeys(letter for letter in pattern if letter in "dMy"))
    return DayOrder(letters.removesuffix("y")) if letters in {"dMy", "Mdy"} else DayOrder.UNKNOWN
