"""The amount of a price in the shop's minor units, with tax."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from bookshop.importing.rules.price_types import TAX_ON_TOP, WITHOUT_TAX
from bookshop.money import WHOLE_ONLY, exponent
from bookshop.onix.numbers import is_amount
from bookshop.onix.prices import Price, Tax
from bookshop.trade.market import Market

# ONIX code list 62
ZERO_RATED = "Z"
MAX_PRICE_MINOR = 1_000_000_000


class UnusablePrice(Exception):
    """A price that cannot be charged; the message is the reason, empty without an amount."""


def amount_in_minor(price: Price, market: Market) -> int:
    """Return what a reader in this market pays, in minor units; raises UnusablePrice."""
    currency = market.currency
    amount = _parse_decimal(price.get("amount", ""))
    if amount is None or amount <= 0:
        raise UnusablePrice
    if price["type"] in WITHOUT_TAX and market.country not in TAX_ON_TOP:
        tax = _add_up_taxes(amount, price.get("taxes", []))
        if tax is None:
            raise UnusablePrice(
                f"The price {amount} {currency} is without tax, and its tax rate is not known."
            )
        # a computed amount is rounded as a till rounds; a sent one is taken exactly or not at all
        step = Decimal(1 if exponent(currency) == 0 or currency in WHOLE_ONLY else "0.01")
        amount = (amount + tax).quantize(step, ROUND_HALF_UP)
    minor = amount.scaleb(exponent(currency))
    is_exact = minor == int(minor) and not (currency in WHOLE_ONLY and minor % 100)
    if not is_exact or minor >= MAX_PRICE_MINOR:
        raise UnusablePrice(f"The price {amount} {currency} cannot be charged exactly.")
    return int(minor)


def _add_up_taxes(amount: Decimal, taxes: Sequence[Tax]) -> Decimal | None:
    """Return the tax to add, or None if a rate is missing."""
    parts = [part for tax in taxes if (part := _tax_part(amount, tax)) is not None]
    return sum(parts, Decimal(0)) if parts and len(parts) == len(taxes) else None


def _tax_part(amount: Decimal, tax: Tax) -> Decimal | None:
    percent = _parse_decimal(tax.get("percent", "0" if tax.get("rate") == ZERO_RATED else ""))
    if percent is None:
        return _parse_decimal(tax.get("amount", ""))
    if percent > 100:
        return None
    taxable = _parse_decimal(tax["taxable"]) if "taxable" in tax else amount
    return None if taxable is None else taxable * percent / 100


def _parse_decimal(text: str) -> Decimal | None:
    return Decimal(text) if is_amount(text) else None
