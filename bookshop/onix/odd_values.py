"""Dates and prices of a record that cannot be used, in words for the bookseller."""

from collections.abc import Iterable, Iterator

from bookshop.onix.dates import is_plausible_year, is_withheld
from bookshop.onix.nodes import Node
from bookshop.onix.numbers import is_amount

MAX_SHOWN_CHARS = 40


def list_odd_values(product: Node, this_year: int) -> Iterator[str]:
    """Yield a sentence for each."""
    yield from _odd_dates("PublishingDate", product.get("publishing", {}).get("dates", ()), this_year)
    collateral = product.get("collateral", {})
    versions = (one for resource in collateral.get("resources", ()) for one in resource.get("versions", ()))
    for dated in (*collateral.get("texts", ()), *versions):
        if "dates" in dated:
            yield from _unreadable_dates("ContentDate", dated["dates"])
    for supply in product.get("supplies", ()):
        yield from _odd_dates("MarketDate", supply.get("publishing", {}).get("dates", ()), this_year)
        for supplier in supply.get("suppliers", ()):
            yield from _odd_dates("SupplyDate", supplier.get("dates", ()), this_year)
            for price in supplier.get("prices", ()):
                if "dates" in price:
                    yield from _unreadable_dates("PriceDate", price["dates"])
                if "amount" in price and not is_amount(price["amount"]):
                    yield f"The PriceAmount {_quote(price['amount'])} is not a number such as 12.99."


def _odd_dates(element: str, dates: Iterable[Node], this_year: int) -> Iterator[str]:
    """Yield those that cannot be read, and those on which no book is sold."""
    for one in dates:
        if "date" in one and is_plausible_year(one["date"], this_year):
            continue
        ending = " Until it is corrected, the book is not for sale." if is_withheld(one, this_year) else ""
        if "date" in one:
            yield f"The {element} {_quote(one['date'])}{_role(one)} is not plausible.{ending}"
        elif "unread" in one:
            yield f"The {element} {_quote(one['unread'])}{_role(one)} cannot be read.{ending}"


def _unreadable_dates(element: str, dates: Iterable[Node]) -> Iterator[str]:
    for one in dates:
        if "unread" in one:
            yield f"The {element} {_quote(one['unread'])}{_role(one)} cannot be read."


def _role(date: Node) -> str:
    return f" of role {_quote(date['role'])}" if "role" in date else ""


def _quote(text: str) -> str:
    return repr(text[:MAX_SHOWN_CHARS])
