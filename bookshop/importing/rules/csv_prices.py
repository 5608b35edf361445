"""Prices in cells of a table."""

from bookshop.money import SYMBOLS, parse
from bookshop.trade.typed_text import normalize_code

CURRENCIES_BY_SYMBOL = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "RM": ("MYR",),
    "Rp": ("IDR",),
    "₹": ("INR",),
}


def parse_csv_price(text: str, currency: str) -> int:
    """Return a price in minor units, with or without the currency around it; raises ValueError."""
    amount = normalize_code(text)
    for symbol in _symbols_of(currency):
        amount = amount.removeprefix(symbol).removesuffix(symbol).strip()
    try:
        return parse(_with_decimal_point(amount), currency).minor
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a valid price in {currency}.") from None


def _symbols_of(currency: str) -> list[str]:
    symbols = [symbol for symbol, currencies in CURRENCIES_BY_SYMBOL.items() if currency in currencies]
    symbols += [currency, *filter(None, (SYMBOLS.get(currency),))]
    # the codes of dollars end with D
    return [*symbols, *(["$"] if currency[2] == "D" else [])]


def _with_decimal_point(amount: str) -> str:
    """Return the amount with a decimal point and without separators of thousands."""
    amount = amount.replace(" ", "").replace("'", "").replace("’", "")
    comma, point = amount.rfind(","), amount.rfind(".")
    is_decimal_comma = comma > point and (len(amount) - comma - 1 != 3 or point >= 0)
    if is_decimal_comma:
        return amount.replace(".", "").replace(",", ".")
    return amount.replace(",", "")
