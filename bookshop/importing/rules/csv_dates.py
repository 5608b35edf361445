"""Dates in cells of a table."""

from datetime import datetime

from bookshop.onix.dates import parse_date

# with the day first, as in most countries
DAY_FORMATS = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d-%b-%Y",
)
MONTH_FIRST_FORMAT = "%m/%d/%Y"
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "FM", "PW", "MH"})
MONTH_FORMATS = ("%m/%Y", "%B %Y", "%b %Y", "%b-%Y")


def parse_csv_date(text: str, country: str) -> str:
    """Return a date as YYYY-MM-DD, YYYY-MM or YYYY; '' for an invalid one."""
    if day := parse_date(text):
        return day
    if country in MONTH_FIRST_COUNTRIES:
        day_formats = (MONTH_FIRST_FORMAT, *DAY_FORMATS)
    else:
        day_formats = (*DAY_FORMATS, MONTH_FIRST_FORMAT)
    for formats, output in ((day_formats, "%Y-%m-%d"), (MONTH_FORMATS, "%Y-%m")):
        for date_format in formats:
            try:
                return datetime.strptime(text, date_format).strftime(output)  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return ""
