"""Choose the price that a reader pays for one copy in the shop's market."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bookshop.importing.rules.partial_dates import first_day, last_day
from bookshop.importing.rules.price_amount import amount_in_minor
from bookshop.importing.rules.price_types import FIXED_PRICES, PRICE_PRIORITY
from bookshop.importing.rules.territory import closeness
from bookshop.onix.prices import Price
from bookshop.onix.supply import Supplier
from bookshop.trade.market import Market

# ONIX code lists 59 and 60: any or the consumer's price, for one copy
CONSUMER_QUALIFIERS = ("", "00", "05")
PER_COPY = ("", "00")


@dataclass(frozen=True, slots=True)
class ChosenPrice:
    """A price in minor units, 0 for none; `is_fixed` if a law fixes it."""

    minor: int = 0
    is_fixed: bool = False


def choose_price(prices: Iterable[Price], market: Market, today: date) -> ChosenPrice:
    """Choose among the consumer prices that are valid today, by type, territory and dates.

    A price with tax wins over one without; among those, a price fixed by law wins over a recommended one.
    Then the price whose territory names the country more closely wins, then the one with dates.
    """
    best: tuple[tuple[int, int, int], ChosenPrice] | None = None
    for price in prices:
        if is_valid(price, today) and (minor := amount_in_minor(price, market.currency)):
            kind = price["type"]
            territory_rank = -closeness(price.get("territory", {}), market.country)
            # of two equal prices the one with dates is the newer
            date_rank = 0 if "since" in price or "until" in price else 1
            rank = (PRICE_PRIORITY[kind], territory_rank, date_rank)
            if best is None or rank < best[0]:
                best = rank, ChosenPrice(minor, kind in FIXED_PRICES)
    return best[1] if best else ChosenPrice()


def is_valid(price: Price, today: date) -> bool:
    since, until = price.get("since"), price.get("until")
    return (not since or first_day(since) <= today) and (not until or last_day(until) >= today)


def consumer_prices(suppliers: Iterable[Supplier], market: Market) -> Iterator[Price]:
    """Yield the prices of one copy for a reader in this market, valid today or on another day."""
    for supplier in suppliers:
        for price in supplier.get("prices", []):
            if (
                price.get("type") in PRICE_PRIORITY
                and price.get("currency", "").upper() == market.currency
                and "amount" in price
                and "unpriced" not in price
                and price.get("qualifier", "") in CONSUMER_QUALIFIERS
                and price.get("per", "") in PER_COPY
                and price.get("least", "1") in ("0", "1")
                and closeness(price.get("territory", {}), market.country)
            ):
                yield price
