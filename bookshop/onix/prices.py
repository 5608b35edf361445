"""The prices of block 6."""

from typing import TypedDict

from bookshop.onix.dates import DATE_RANGE, FROM_DATE, UNTIL_DATE
from bookshop.onix.nodes import Node
from bookshop.onix.publishing import Territory


class Tax(TypedDict, total=False):
    """A tax within or on top of a price, as it was sent; `rate` is of list 62."""

    rate: str
    percent: str
    taxable: str
    amount: str


class Price(TypedDict, total=False):
    """A price as it was sent.

    `type` is of list 58, `qualifier` of 59, `per` of 60, `unpriced` of 57. `least` is the number of copies
    from which it holds; `since` and `until` are dates as in RoleDate.
    """

    type: str
    qualifier: str
    per: str
    least: str
    amount: str
    currency: str
    territory: Territory
    taxes: list[Tax]
    since: str
    until: str
    unpriced: str


def read_price(price: Node, defaults: Node) -> Node:
    """Return a Price, with the defaults of the message, and its dates as since and until."""
    if "type" not in price and "price_type" in defaults:
        price["type"] = defaults["price_type"]
    if "currency" not in price and "currency" in defaults:
        price["currency"] = defaults["currency"]
    for one in price.pop("dates", ()):
        role, day = one.get("role"), one.get("date")
        if day and role in (FROM_DATE, DATE_RANGE):
            price["since"] = day
        if day and role in (UNTIL_DATE, DATE_RANGE):
            price["until"] = one.get("last", day)
    return price
