"""Money as Stripe counts it: integers in minor units, with their currency."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies

# https://docs.stripe.com/currencies: amounts in these have no minor unit
ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
# counted in hundredths by Stripe, which takes whole ones only
WHOLE_ONLY = frozenset({"ISK", "UGX"})
# three decimals, of which Stripe wants the last to be 0: refused rather than rounded
THREE_DECIMAL = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units
MIN_CHARGES = {
    "CZK": 1500,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "JPY": 50,
    "MXN": 1000,
    "NOK": 300,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
}
DEFAULT_MIN_CHARGE = 50
AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
# English CLDR data spells the Singapore dollar "SGD"; the shop's shelf tickets have S$
SYMBOLS = {"SGD": "S$"}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the minor unit that Stripe uses for its currency (an ISO 4217 code)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """Return the amount as a shopper reads it, for example S$23.00."""
        return _format(self.minor, self.currency)


# prices are few, and formatting one takes as long as a query
@lru_cache(maxsize=4096)
def _format(minor: int, currency: str) -> str:
    amount = Decimal(minor).scaleb(-exponent(currency))
    # two decimals are shown where Stripe charges them, even where local custom leaves them out
    has_local_digits = exponent(currency) == 0 or currency in WHOLE_ONLY
    text = format_currency(amount, currency, locale="en", currency_digits=has_local_digits)
    return text.replace(currency, SYMBOLS.get(currency) or currency).replace("\xa0", " ")


def total(amounts: list[Money], currency: str) -> Money:
    """Return the sum of amounts in one currency."""
    return sum(amounts, Money(0, currency))


def parse(text: str, currency: str) -> Money:
    """Read a decimal amount such as 23.00; raises ValueError."""
    if not AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount such as 23.00")
    minor = Decimal(text).scaleb(exponent(currency))
    if minor % (100 if currency in WHOLE_ONLY else 1):
        raise ValueError(f"{text!r} is not an amount in {currency}")
    return Money(int(minor), currency)


def exponent(currency: str) -> int:
    """Return the decimals of Stripe's minor unit: 2 or 0, and 2 for ISK and UGX."""
    return 0 if currency in ZERO_DECIMAL else 2


def min_charge(currency: str) -> Money:
    """Return the least amount that Stripe charges in this currency."""
    return Money(MIN_CHARGES.get(currency, DEFAULT_MIN_CHARGE), currency)


def is_supported(currency: str) -> bool:
    """Return whether the shop can charge in this currency, which a territory uses today."""
    in_use = {code for place in Locale("en").territories for code in get_territory_currencies(str(place))}
    return currency in in_use - THREE_DECIMAL and get_currency_precision(currency) <= 2
