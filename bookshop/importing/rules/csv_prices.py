"""Prices in cells of a table."""

import re
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache

from bookshop.importing.rules.csv_numbers import parse_number
from bookshop.money import SYMBOLS, parse
from bookshop.trade.market import Market
from bookshop.trade.typed_text import normalize_code

CURRENCIES_BY_SYMBOL = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "RM": ("MYR",),
    "Rp": ("IDR",),
    "₹": ("INR",),
}
# "12,-" has no cents
NO_CENTS = re.compile(r"(?<=[0-9])[.,]-{1,2}$")
CENT = Decimal("0.01")


@lru_cache(maxsize=4096)
def parse_csv_price(text: str, market: Market) -> int:
    """Return a price in minor units, with or without the currency around it; raises ValueError."""
    amount = normalize_code(text)
    for symbol in _symbols_of(market.currency):
        amount = amount.removeprefix(symbol).removesuffix(symbol).strip()
    number = parse_number(NO_CENTS.sub("", amount), market.country)
    if number is not None and number == number.quantize(CENT):
        with suppress(ValueError):
            return parse(str(number.quantize(CENT)), market.currency).minor
    raise ValueError(f"{text[:20]!r} is not a valid price in {market.currency}.")


def _symbols_of(currency: str) -> list[str]:
    symbols = [symbol for symbol, currencies in CURRENCIES_BY_SYMBOL.items() if currency in currencies]
    symbols += [currency, *filter(None, (SYMBOLS.get(currency),))]
    # the codes of dollars end with D
    return [*symbols, *(["$"] if currency[2] == "D" else [])]
