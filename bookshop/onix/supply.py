"""Block 6 of a record: how the product is supplied in each market, and at what prices."""

from typing import TypedDict

from bookshop.onix.dates import RoleDate, read_dates
from bookshop.onix.nodes import Node, without_empty
from bookshop.onix.numbers import parse_whole
from bookshop.onix.prices import Price, read_price
from bookshop.onix.publishing import Territory
from bookshop.onix.safety import SafetyContact, read_safety_contact


class Supplier(TypedDict, total=False):
    """What one supplier offers: `availability` is of list 65, an order takes `days`."""

    name: str
    availability: str
    days: int
    dates: list[RoleDate]
    prices: list[Price]


class MarketSupply(TypedDict, total=False):
    """How the product is published and supplied in some markets.

    Without `markets` it is for all. `status` is of list 68.
    """

    markets: list[Territory]
    status: str
    dates: list[RoleDate]
    safety: SafetyContact
    suppliers: list[Supplier]


class SupplyBlock(TypedDict, total=False):
    """Block 6; an update of it replaces all markets of its sender together."""

    supplies: list[MarketSupply]


def read_supply(supplies: list[Node], defaults: Node) -> Node:
    """Return a SupplyBlock."""
    return {"supplies": [_read_market_supply(supply, defaults) for supply in supplies]}


def _read_market_supply(node: Node, defaults: Node) -> Node:
    publishing = node.get("publishing", {})
    markets = [market["territory"] for market in node.get("markets", ()) if "territory" in market]
    return without_empty(
        markets=markets,
        status=publishing.get("status"),
        dates=read_dates(publishing.get("dates", ())),
        safety=read_safety_contact(publishing.get("contacts", ())),
        suppliers=[_read_supplier(supplier, defaults) for supplier in node.get("suppliers", ())],
    )


def _read_supplier(node: Node, defaults: Node) -> Node:
    return without_empty(
        name=node.get("supplier", {}).get("name"),
        availability=node.get("availability"),
        days=parse_whole(node.get("days", "")),
        dates=read_dates(node.get("dates", ())),
        prices=[read_price(price, defaults) for price in node.get("prices", ())],
    )
