"""Choose the price that a reader pays for one copy in the shop's market."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bookshop.importing.rules.partial_dates import first_day, last_day
from bookshop.importing.rules.price_amount import UnusablePrice, amount_in_minor
from bookshop.importing.rules.price_types import FIXED_PRICES, PRICE_PRIORITY, price_priority
from bookshop.importing.rules.territory import IN_PART, closeness
from bookshop.onix.prices import Price
from bookshop.onix.supply import Supplier
from bookshop.trade.market import Market

# ONIX code lists 59 and 60: any or the consumer's price, for one copy
CONSUMER_QUALIFIERS = ("", "00", "05")
PER_COPY = ("", "00")


@dataclass(frozen=True, slots=True)
class ChosenPrice:
    """A price in minor units, 0 for none; `is_fixed` if a law fixes it.

    `problem` is why the price that was sent could not be used.
    """

    minor: int = 0
    is_fixed: bool = False
    problem: str = ""


def choose_price(prices: Iterable[Price], market: Market, today: date) -> ChosenPrice:
    """Choose among the consumer prices that are valid today, by type, territory and dates.

    A price with tax wins over one without, or the other way round where tax comes on top; among those, a
    price fixed by law wins over a recommended one. Then the price whose territory names the country more
    closely wins, then the one with dates. A price for a part of the country counts if there is no other.
    """
    best, problem = None, ""
    for price in prices:
        if not is_valid(price, today):
            continue
        try:
            found = ChosenPrice(amount_in_minor(price, market), price["type"] in FIXED_PRICES)
        except UnusablePrice as unusable:
            problem = problem or str(unusable)
            continue
        rank = _rank(price, market)
        if best is None or rank < best[0]:
            best = rank, found
    return best[1] if best else ChosenPrice(problem=problem)


def _rank(price: Price, market: Market) -> tuple[bool, int, int, int]:
    close = closeness(price.get("territory", {}), market.country)
    # of two equal prices the one with dates is the newer
    date_rank = 0 if "since" in price or "until" in price else 1
    return close == IN_PART, price_priority(price["type"], market.country), -close, date_rank


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
