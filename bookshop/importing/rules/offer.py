"""What the trade offers in the shop's market: from whom, when, and at what price."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from bookshop.importing.rules.describe import TWO_DIGITS, code_or_none
from bookshop.importing.rules.market import (
    choose_price,
    choose_suppliers,
    choose_supplies,
    consumer_prices,
    day_after,
    find_date,
    first_day,
    last_day,
)
from bookshop.onix.dates import RoleDate
from bookshop.onix.prices import Price
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.supply import MarketSupply, Supplier, SupplyBlock
from bookshop.trade.market import Market

# ONIX code list 64, and 68 for markets: cancelled, withdrawn, not sold alone, recalled, withdrawn for a while
# or for good
STOPPED_STATUSES = frozenset({"01", "11", "13", "15", "16", "17"})
HIDDEN_STATUSES = frozenset({"01", "11", "15", "17"})
# statuses that a supplier's word cannot outdo, as that supplier should have put them (code list 65)
AS_SUPPLY = {"03": "09", "12": "52"}
# ONIX code list 65: cancelled, withdrawn, recalled
HIDDEN_SUPPLY = frozenset({"01", "46", "49"})

# ONIX code lists 163 and 166
PUBLISHED, EMBARGO, PREORDERS, EXPECTED = "01", "02", "27", "08"
TURNS = frozenset({PUBLISHED, EMBARGO, PREORDERS})
FAR = date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Offer:
    """What holds in the shop's market: its own dates stand before those of the whole world.

    `supplier` is who matters most of those who supply; before the `embargo` nobody may sell, by who says so
    most closely; `expected` is when the supplier hopes to have copies.
    """

    status: str
    supply: str
    supplies: list[MarketSupply]
    supplier: Supplier
    prices: list[Price]
    publishing: PublishingBlock
    dates: list[RoleDate]
    embargo: str
    expected: str

    @property
    def is_hidden(self) -> bool:
        """Whether the book is withdrawn so far that nobody should see it."""
        return self.status in HIDDEN_STATUSES or self.supply in HIDDEN_SUPPLY

    @property
    def is_stopped(self) -> bool:
        """Whether not even a copy on the shelf may be sold."""
        return self.status in STOPPED_STATUSES or self.supply in HIDDEN_SUPPLY


def find_offer(supply: SupplyBlock, publishing: PublishingBlock, market: Market) -> Offer:
    """What is said for this market, or else for the whole world."""
    supplies = choose_supplies(supply, market.country)
    suppliers = choose_suppliers(supplies)
    status = next((one["status"] for one in supplies if "status" in one), publishing.get("status", ""))
    supplier: Supplier = suppliers[0] if suppliers else {}
    own_dates = supplier.get("dates", [])
    dates = [one for each in (*supplies, publishing) for one in each.get("dates", [])]
    return Offer(
        status=status,
        supply=code_or_none(TWO_DIGITS, AS_SUPPLY.get(status, supplier.get("availability", ""))),
        supplies=supplies,
        supplier=supplier,
        prices=list(consumer_prices(suppliers, market)),
        publishing=publishing,
        dates=dates,
        embargo=find_date([*own_dates, *dates], EMBARGO),
        expected=find_date(own_dates, EXPECTED),
    )


def offer_fields(offer: Offer, market: Market, today: date) -> dict[str, Any]:
    """The fields of a book that its offer decides; dates that have come are left out."""
    price = choose_price(offer.prices, market, today)
    global_safety = offer.publishing.get("safety", {})
    safety = next((one["safety"] for one in offer.supplies if "safety" in one), global_safety)
    published = find_date(offer.publishing.get("dates", []), PUBLISHED) or find_date(offer.dates, PUBLISHED)
    is_expected = offer.expected and last_day(offer.expected) >= today
    return {
        "price_minor": price.minor,
        "is_fixed_price": price.is_fixed,
        "published": published,
        "supply": offer.supply,
        "expected": offer.expected if is_expected else "",
        "lead_days": offer.supplier.get("days"),
        "on_sale": _midnight(_sale_day(offer), market, today),
        "preorders_from": _midnight(_whole_day(find_date(offer.dates, PREORDERS)), market, today),
        "changes_on": _next_change(offer, today),
        "safety_name": safety.get("name", ""),
        "safety_address": safety.get("address", ""),
        "safety_email": safety.get("email", ""),
    }


def _sale_day(offer: Offer) -> date | None:
    """From which day copies may be handed out; an embargo that names a month only holds to its end."""
    if offer.embargo:
        return last_day(offer.embargo)
    return _whole_day(find_date(offer.dates, PUBLISHED))


def _whole_day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else None


def _midnight(day: date | None, market: Market, today: date) -> datetime | None:
    """The first moment of a day on the shop's clock, None for one that has come."""
    if day is None or day <= today:
        return None
    # feeds say «never» with the last day there is, which has no name in every zone
    return datetime.combine(min(day, FAR), time(), market.zone).astimezone(UTC)


def _next_change(offer: Offer, today: date) -> date | None:
    """The first day after today on which something else would be chosen."""
    days = [first_day(one["date"]) for one in offer.dates if one["role"] in TURNS]
    days += [last_day(offer.embargo)] if offer.embargo else []
    days += [day_after(offer.expected)] if offer.expected else []
    for price in offer.prices:
        days += [first_day(price["since"])] if "since" in price else []
        days += [day_after(price["until"])] if "until" in price else []
    return min((day for day in days if day > today), default=None)
