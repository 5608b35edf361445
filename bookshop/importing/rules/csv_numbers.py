"""Numbers in cells of a table, as any country writes them."""

import re
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_group_symbol

from bookshop.trade.typed_text import normalize_code

# 1234, 1234.50, .50
PLAIN = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12}")
# 1,234,567.50 with any mark, and 12,34,567.50 as in India
GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[,.' ])"
    r"(?:(?:[0-9]{3}(?P=mark)){0,2}|(?:[0-9]{2}(?P=mark)){1,3})[0-9]{3})"
    r"(?:(?!(?P=mark))[.,](?P<decimals>[0-9]{1,12}))?"
)
# one mark before three digits separates thousands in some countries and decimals in others
ONE_MARK = re.compile(r"(?P<whole>[1-9][0-9]{0,2})(?P<mark>[,.])(?P<digits>[0-9]{3})")
PAGES = re.compile(r"\s*(?:pp?|pgs?|pages?|s|seiten?|páginas|pagine|blz)\.?$", re.IGNORECASE)
APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ٬", "'"))


def parse_number(text: str, country: str) -> Decimal | None:
    """Return a number from 0, None for other text; raises ValueError if it has two meanings.

    One mark before three digits separates thousands only if it does so in the shop's country.
    """
    number = normalize_code(text.translate(APOSTROPHES))
    one_mark = ONE_MARK.fullmatch(number)
    if one_mark and one_mark["mark"] != thousands_mark(country):
        grouped = one_mark["whole"] + one_mark["digits"]
        decimal = f"{one_mark['whole']}.{one_mark['digits'].rstrip('0')}".rstrip(".")
        raise ValueError(
            f"{text[:20]!r} may mean {grouped} or {decimal}. Write it without a separator of thousands."
        )
    if found := GROUPED.fullmatch(number):
        return Decimal(f"{found['whole'].replace(found['mark'], '')}.{found['decimals'] or '0'}")
    return Decimal(number.replace(",", ".")) if PLAIN.fullmatch(number) else None


def parse_pages(text: str, country: str) -> int:
    """Return a number of pages, with or without the word for them; raises ValueError."""
    pages = parse_number(PAGES.sub("", text), country)
    if pages is None or pages % 1:
        raise ValueError(f"{text[:20]!r} is not a valid number of pages.")
    return int(pages)


@cache
def thousands_mark(country: str) -> str:
    """Return what separates thousands in a country's main language, from Unicode's CLDR."""
    try:
        return get_group_symbol(Locale.parse(f"und_{country}"))
    except (UnknownLocaleError, ValueError):
        return ","
