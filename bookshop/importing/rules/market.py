"""What holds for one shop among what is said for all markets: rights, supply, dates and the price."""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from bookshop.money import WHOLE_ONLY, exponent
from bookshop.onix.dates import RoleDate
from bookshop.onix.prices import Price, Tax
from bookshop.onix.publishing import PublishingBlock, Territory
from bookshop.onix.supply import MarketSupply, Supplier, SupplyBlock
from bookshop.trade.availability import SUPPLY_RANKS, UNKNOWN_SUPPLY
from bookshop.trade.market import Market

EVERYWHERE = ("WORLD", "ROW")
# the one region of ONIX code list 49 that holds whole countries
EURO = "ECZ"
EURO_COUNTRIES = frozenset(
    "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK".split()  # noqa: SIM905 - reads as ONIX writes it
)
# ONIX code list 46; an unknown right (00) forbids nothing
REFUSING_RIGHTS = frozenset({"03", "04", "05", "06"})
SELLING_RIGHTS = frozenset({"01", "02", "07", "08"})

# ONIX code list 58: with tax, fixed by law first, then without it
WITH_TAX = {"04": 0, "02": 1, "42": 2}
WITHOUT_TAX = {"03": 3, "01": 4, "41": 5}
PRICE_ORDER = WITH_TAX | WITHOUT_TAX
FIXED = frozenset({"03", "04"})
# code lists 59 and 60: any or the consumer's price, for a copy
FOR_CONSUMERS = ("", "00", "05")
PER_COPY = ("", "00")
ZERO_RATED = "Z"
AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
MAX_PRICE_MINOR = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ChosenPrice:
    """The price to ask, in minor units (0 for none), and whether the law fixes it."""

    minor: int = 0
    is_fixed: bool = False


def closeness(territory: Territory, country: str) -> int:
    """0 where a territory leaves a country out, else more the more closely it names it."""
    regions = territory.get("regions", "")
    in_euro = country in EURO_COUNTRIES
    if _has(territory.get("not_countries", ""), country):
        return 0
    if in_euro and _has(territory.get("not_regions", ""), EURO):
        return 0
    if _has(territory.get("countries", ""), country):
        return 3
    if in_euro and _has(regions, EURO):
        return 2
    is_open = not territory.get("countries") and not regions
    return 1 if is_open or any(_has(regions, region) for region in EVERYWHERE) else 0


def _has(codes: str, code: str) -> bool:
    # to look first is cheaper than to split the long lists of countries that most prices have
    return code in codes and code in codes.split()


def has_rights(publishing: PublishingBlock, country: str) -> bool:
    """Whether the book may be sold in a country: the closest right decides, a refusal before a licence."""
    rights = publishing.get("rights", [])
    rest = publishing.get("row_rights", "")
    if not rights:
        return rest not in REFUSING_RIGHTS
    ranked = [(closeness(right["territory"], country), right["type"]) for right in rights]
    closest = max(rank for rank, _ in ranked)
    if not closest:
        return rest in SELLING_RIGHTS
    return not any(kind in REFUSING_RIGHTS for rank, kind in ranked if rank == closest)


def choose_supplies(supply: SupplyBlock, country: str) -> list[MarketSupply]:
    """Those that are for a country, by the market that names it most closely."""
    ranked = [(_market_closeness(one, country), one) for one in supply.get("supplies", [])]
    closest = max((rank for rank, _ in ranked), default=0)
    return [one for rank, one in ranked if rank == closest > 0]


def _market_closeness(supply: MarketSupply, country: str) -> int:
    markets = supply.get("markets", [])
    return max((closeness(market, country) for market in markets), default=1)


def choose_suppliers(supplies: Iterable[MarketSupply]) -> list[Supplier]:
    """All who supply, the one who matters most first."""
    suppliers = [supplier for supply in supplies for supplier in supply.get("suppliers", [])]
    return sorted(suppliers, key=_supply_rank)


def _supply_rank(supplier: Supplier) -> int:
    return SUPPLY_RANKS.get(supplier.get("availability", ""), UNKNOWN_SUPPLY)


def choose_price(prices: Iterable[Price], market: Market, today: date) -> ChosenPrice:
    """What a reader pays for one copy, of such prices: fixed before recommended, with tax before without."""
    best: tuple[tuple[int, int, int], ChosenPrice] | None = None
    for price in prices:
        if is_valid(price, today) and (minor := read_minor(price, market.currency)):
            kind = price["type"]
            near = closeness(price.get("territory", {}), market.country)
            # of two such prices the one with dates is the news
            rank = (PRICE_ORDER[kind], -near, 0 if "since" in price or "until" in price else 1)
            if best is None or rank < best[0]:
                best = rank, ChosenPrice(minor, kind in FIXED)
    return best[1] if best else ChosenPrice()


def consumer_prices(suppliers: Iterable[Supplier], market: Market) -> Iterator[Price]:
    """The prices that a reader in this market may be asked, on whatever day."""
    for supplier in suppliers:
        for price in supplier.get("prices", []):
            if (
                price.get("type") in PRICE_ORDER
                and price.get("currency", "").upper() == market.currency
                and "amount" in price
                and "unpriced" not in price
                and price.get("qualifier", "") in FOR_CONSUMERS
                and price.get("per", "") in PER_COPY
                and price.get("least", "1") in ("0", "1")
                and closeness(price.get("territory", {}), market.country)
            ):
                yield price


def is_valid(price: Price, today: date) -> bool:
    """Whether a price holds today."""
    since, until = price.get("since"), price.get("until")
    return (not since or first_day(since) <= today) and (not until or last_day(until) >= today)


def read_minor(price: Price, currency: str) -> int:
    """The amount with tax in minor units; 0 where it or its tax cannot be told exactly."""
    amount = _decimal(price.get("amount", ""))
    if amount is None or amount <= 0:
        return 0
    if price["type"] in WITHOUT_TAX:
        tax = _tax_on(amount, price.get("taxes", []))
        if tax is None:
            return 0
        # what is computed is rounded as a till rounds; what was sent is taken exactly or not at all
        step = Decimal(1 if exponent(currency) == 0 or currency in WHOLE_ONLY else "0.01")
        amount = (amount + tax).quantize(step, ROUND_HALF_UP)
    minor = amount.scaleb(exponent(currency))
    is_exact = minor == int(minor) and not (currency in WHOLE_ONLY and minor % 100)
    return int(minor) if is_exact and minor < MAX_PRICE_MINOR else 0


def _tax_on(amount: Decimal, taxes: list[Tax]) -> Decimal | None:
    """The tax to add to a price, None where no rate was given."""
    parts = [_tax_part(amount, tax) for tax in taxes]
    return (
        sum((part for part in parts if part is not None), Decimal(0)) if parts and None not in parts else None
    )


def _tax_part(amount: Decimal, tax: Tax) -> Decimal | None:
    percent = _decimal(tax.get("percent", "0" if tax.get("rate") == ZERO_RATED else ""))
    if percent is None or not 0 <= percent <= 100:
        return None
    taxable = _decimal(tax["taxable"]) if "taxable" in tax else amount
    return None if taxable is None else taxable * percent / 100


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if AMOUNT.fullmatch(text) else None


def find_date(dates: Iterable[RoleDate], role: str) -> str:
    """The first date in a role, '' for none."""
    return next((one["date"] for one in dates if one["role"] == role), "")


@lru_cache(maxsize=4096)
def first_day(text: str) -> date:
    """The first day of a day, month or year."""
    return date.fromisoformat(text + "-01-01"[len(text) - len("YYYY") :])


def last_day(text: str) -> date:
    """The last day of a day, month or year."""
    first = first_day(text)
    if len(text) == len("YYYY"):
        return first.replace(month=12, day=31)
    if len(text) == len("YYYY-MM"):
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def day_after(text: str) -> date:
    """The day on which a date is over."""
    day = last_day(text)
    return day if day == date.max else day + timedelta(days=1)
