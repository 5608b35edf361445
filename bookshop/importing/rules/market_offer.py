"""What the trade offers in the shop's market: from whom, since when, and at which prices."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bookshop.importing.rules.choose_price import consumer_prices
from bookshop.importing.rules.codes import TWO_DIGITS, code_or_empty
from bookshop.importing.rules.market import choose_supplies, sort_suppliers
from bookshop.importing.rules.partial_dates import day_after, exact_day, first_day, last_day
from bookshop.onix.dates import (
    EMBARGO,
    MAX_YEARS_AHEAD,
    PUBLISHED,
    RoleDate,
    find_date,
)
from bookshop.onix.prices import Price
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.safety import SafetyContact
from bookshop.onix.supply import Supplier, SupplyBlock
from bookshop.trade.availability import NO_DATE, NOT_FOR_SALE
from bookshop.trade.market import Market

# ONIX code list 64, and 68 for markets: cancelled, withdrawn, not sold separately, recalled, withdrawn from
# sale for a time or for good
STOPPED_STATUSES = frozenset({"01", "11", "13", "15", "16", "17"})
HIDDEN_STATUSES = frozenset({"01", "11", "15", "17"})
# statuses that count more than the supplier's availability, with the code of list 65 for them
SUPPLY_BY_STATUS = {"03": "09", "12": "52"}
# statuses that tell what a supplier's availability would, where there is none
SUPPLY_WITHOUT_SUPPLIER = {"02": "10", "05": "43", "06": "31", "07": "51", "08": "40"}

# ONIX code lists 163 and 166
ANNOUNCED, PREORDERS, EXPECTED = "09", "27", "08"
CHANGING_ROLES = frozenset({PUBLISHED, EMBARGO, PREORDERS})


@dataclass(frozen=True, slots=True)
class MarketOffer:
    """The offer in one market.

    Where the market has no status, safety contact or date, those of the world count. `supply` is a code of
    list 65, `supplier` the most important one. Dates are as exact as they were sent, '' where there are none;
    `dates` are those of the market before those of the world.
    """

    status: str
    supply: str
    supplier: Supplier
    prices: list[Price]
    safety: SafetyContact
    dates: list[RoleDate]
    published: str
    embargo: str
    expected: str

    @property
    def is_hidden(self) -> bool:
        """Whether the book must not be listed."""
        return self.status in HIDDEN_STATUSES or self.supply in NOT_FOR_SALE

    @property
    def is_stopped(self) -> bool:
        """Whether the shop must not sell even its own copies."""
        return self.status in STOPPED_STATUSES or self.supply in NOT_FOR_SALE


def find_market_offer(supply: SupplyBlock, publishing: PublishingBlock, market: Market) -> MarketOffer:
    supplies = choose_supplies(supply, market.country)
    suppliers = sort_suppliers(supplies)
    supplier: Supplier = suppliers[0] if suppliers else {}
    status = next((one["status"] for one in supplies if "status" in one), publishing.get("status", ""))
    supplier_dates, world_dates = supplier.get("dates", []), publishing.get("dates", [])
    dates = [*(day for one in supplies for day in one.get("dates", [])), *world_dates]
    safety = next((one["safety"] for one in supplies if "safety" in one), publishing.get("safety", {}))
    availability = supplier.get("availability") or SUPPLY_WITHOUT_SUPPLIER.get(status, "")
    return MarketOffer(
        status=status,
        supply=code_or_empty(TWO_DIGITS, SUPPLY_BY_STATUS.get(status, availability)),
        supplier=supplier,
        prices=list(consumer_prices(suppliers, market)),
        safety=safety,
        dates=dates,
        published=find_date(world_dates, PUBLISHED) or find_date(dates, PUBLISHED),
        embargo=find_date([*supplier_dates, *dates], EMBARGO),
        expected=find_date(supplier_dates, EXPECTED),
    )


def is_announced(offer: MarketOffer, today: date) -> bool:
    """Return whether the public may know of the book."""
    day = find_date(offer.dates, ANNOUNCED)
    return not day or last_day(day) <= today


def is_expected(offer: MarketOffer, today: date) -> bool:
    """Return whether the day on which the supplier expects copies is still to come."""
    return bool(offer.expected) and last_day(offer.expected) >= today


def sale_time(offer: MarketOffer, market: Market, today: date) -> datetime | None:
    """Return when copies may be sold, None if they may be now, NO_DATE if that is not known.

    An embargo that names only a month holds to its end; a book published in a month is not sold before it.
    """
    if offer.embargo:
        return _midnight(last_day(offer.embargo), market, today)
    published = find_date(offer.dates, PUBLISHED)
    return _midnight(first_day(published) if published else None, market, today)


def preorder_time(offer: MarketOffer, market: Market, today: date) -> datetime | None:
    """Return when orders may be taken in advance, or None if they may be now."""
    if sale_time(offer, market, today) == NO_DATE:
        return NO_DATE
    return _midnight(exact_day(find_date(offer.dates, PREORDERS)), market, today)


def _midnight(day: date | None, market: Market, today: date) -> datetime | None:
    """Return the start of a coming day in the shop's time zone, None for a day that has begun."""
    if day is None or day <= today:
        return None
    if day.year > today.year + MAX_YEARS_AHEAD:
        return NO_DATE
    return datetime.combine(day, time(), market.zone).astimezone(UTC)


def offer_days(offer: MarketOffer) -> list[date]:
    """Return the days on which the derived book may change."""
    days = [first_day(one["date"]) for one in offer.dates if one["role"] in CHANGING_ROLES]
    days += [last_day(one["date"]) for one in offer.dates if one["role"] == ANNOUNCED]
    days += [last_day(offer.embargo)] if offer.embargo else []
    days += [day_after(offer.expected)] if offer.expected else []
    for price in offer.prices:
        days += [first_day(price["since"])] if "since" in price else []
        days += [day_after(price["until"])] if "until" in price else []
    return days
