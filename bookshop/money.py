"""Money as Stripe counts it: integers in minor units, with their currency."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

# https://docs.stripe.com/currencies#presentment-currencies
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR ISK JMD JPY KES KGS KHR KMF KRW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND
VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
"""
# those of three decimals are missing: Stripe charges them only where the last is 0
STRIPE_CURRENCIES = frozenset(_CODES.split())
# https://docs.stripe.com/currencies#zero-decimal: amounts in these have no minor unit
ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
# https://docs.stripe.com/currencies#special-cases: counted in hundredths, and charged in whole hundreds
WHOLE_ONLY = frozenset({"ISK", "UGX"})
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units
MIN_CHARGES = {
    **dict.fromkeys(("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "JPY", "NZD", "SGD", "USD"), 50),
    "AED": 200,
    "BGN": 100,
    "CZK": 1500,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "MXN": 1000,
    "MYR": 200,
    "NOK": 300,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "THB": 1000,
}
MAX_CHARGE = 99_999_999
# Stripe takes twelve digits; the database holds integers up to this
MAX_CHARGES = {"IDR": 2**31 - 1}
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


def decimal_text(amount: Money) -> str:
    """Return an amount as `parse` reads it, for example 23.00."""
    return str(Decimal(amount.minor).scaleb(-exponent(amount.currency)))


def exponent(currency: str) -> int:
    """Return the decimals of Stripe's minor unit: 2 or 0, and 2 for ISK and UGX."""
    return 0 if currency in ZERO_DECIMAL else 2


def min_charge(currency: str) -> Money:
    """Return the least amount that Stripe charges in this currency, as far as it is known.

    The minimum is that of the currency in which Stripe pays the shop. Where it pays in another, the minimum
    depends on the day, and only Stripe's response tells.
    """
    smallest = 100 if currency in WHOLE_ONLY else 1
    return Money(MIN_CHARGES.get(currency, smallest), currency)


def max_charge(currency: str) -> Money:
    """Return the largest amount that can be charged at once."""
    largest = MAX_CHARGES.get(currency, MAX_CHARGE)
    return Money(largest - largest % 100 if currency in WHOLE_ONLY else largest, currency)


def is_supported(currency: str) -> bool:
    """Return whether Stripe charges in this currency, with two decimals or none."""
    return currency in STRIPE_CURRENCIES
