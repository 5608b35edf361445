"""The supplies and suppliers of a record that are for the shop's market."""

from collections.abc import Iterable

from bookshop.importing.rules.territory import WORLDWIDE, closeness
from bookshop.onix.supply import MarketSupply, Supplier, SupplyBlock
from bookshop.trade.availability import SUPPLY_PRIORITIES, UNKNOWN_SUPPLY


def choose_supplies(supply: SupplyBlock, country: str) -> list[MarketSupply]:
    """Return the supplies whose market names the country most closely."""
    ranked = [(_market_closeness(one, country), one) for one in supply.get("supplies", [])]
    closest = max((rank for rank, _ in ranked), default=0)
    return [one for rank, one in ranked if rank == closest > 0]


def _market_closeness(supply: MarketSupply, country: str) -> int:
    markets = supply.get("markets", [])
    return max((closeness(market, country) for market in markets), default=WORLDWIDE)


def sort_suppliers(supplies: Iterable[MarketSupply]) -> list[Supplier]:
    """Return all suppliers, the one whose availability matters most first."""
    suppliers = [supplier for supply in supplies for supplier in supply.get("suppliers", [])]
    return sorted(suppliers, key=_supply_rank)


def _supply_rank(supplier: Supplier) -> int:
    return SUPPLY_PRIORITIES.get(supplier.get("availability", ""), UNKNOWN_SUPPLY)
