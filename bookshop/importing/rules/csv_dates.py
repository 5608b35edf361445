"""Publication dates in cells of a table: the day from which a book may be sold."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from functools import lru_cache

from bookshop.importing.rules.date_forms import DateRules, list_readings, plain_date
from bookshop.importing.rules.day_order import find_day_order
from bookshop.onix.dates import MAX_YEARS_AHEAD, MIN_YEAR
from bookshop.trade.market import Market
from bookshop.trade.text import words

# without spaces and punctuation
NO_DATES = frozenset({"", "0", "na", "nan", "nat", "null", "none", "n", "nd", "sd", "unknown", "undated"})
# 0000-00-00 of databases, and the day 0 that spreadsheets show for an empty cell: 1900-01-00, 0-Jan-00
ZERO_DATE = re.compile(
    r"[0/.-]*|1900[/.-]0?1[/.-]0?0|(?:0?0[/.-](?:0?1|Jan)|0?1[/.-]0?0)[/.-](?:19)?00", re.IGNORECASE
)


def find_date_rules(texts: Iterable[str], market: Market, today: date) -> DateRules:
    """Return how the dates of a file are read, which its first dates show."""
    return DateRules(find_day_order(map(plain_date, texts), market.country), market.zone, today)


@lru_cache(maxsize=4096)
def parse_csv_date(text: str, rules: DateRules) -> str:
    """Return YYYY-MM-DD, YYYY-MM or YYYY, '' for a word such as "n.d."; raises ValueError."""
    if "".join(words(text)) in NO_DATES or ZERO_DATE.fullmatch(plain_date(text)):
        return ""
    fault = "is not a date that can be read"
    for year, month, day in list_readings(text, rules):
        if not MIN_YEAR <= year <= rules.today.year + MAX_YEARS_AHEAD:
            fault = "is not a plausible date of publication"
            continue
        if day and not month:
            continue
        with suppress(ValueError):
            iso = date(year, month or 1, day or 1).isoformat()
            return iso if day else iso[: len("YYYY-MM" if month else "YYYY")]
    raise ValueError(f"{text[:40]!r} {fault}. Write it like 2027-03-01.")


def may_be_to_come(text: str, today: date) -> bool:
    """Return whether a date that cannot be read may be in the future: it names no earlier year."""
    years = [int(token) for token in words(text) if len(token) == len("YYYY") and token.isdecimal()]
    return not years or max(years) >= today.year
