"""The blocks of a record, out of ONIX's elements as the reader names them."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from bookshop.onix.collateral import read_collateral
from bookshop.onix.descriptive import read_descriptive
from bookshop.onix.nodes import Node, Unusable, dates_of, filled
from bookshop.onix.record import COLLATERAL, DESCRIPTIVE, PUBLISHING, RELATED, SUPPLY, Blocks
from bookshop.onix.values import read_whole
from bookshop.trade.isbn import read_isbn

ISBN_10, GTIN_13, ISBN_13 = "02", "03", "15"
PLAIN_ISBN = re.compile(r"97(?:8[0-9]|9[1-9])[0-9]{9}")
MUSIC = "9790"
BOOK_PREFIXES = ("978", "979")

PUBLISHER = "01"
GENERAL_SAFETY = "10"
PRICE_SINCE, PRICE_UNTIL, PRICE_SPREAD = "14", "15", "24"


def read_blocks(product: Node, defaults: Node) -> Blocks:
    """The blocks that a product has, as record.py describes them."""
    blocks: Blocks = {}
    for key, name, read in BLOCKS:
        if name in product:
            blocks[key] = read(product[name], defaults)
    return blocks


def find_isbn(identifiers: list[Node]) -> str:
    """The ISBN-13 among a product's identifiers, '' when it has none; raises Unusable for a wrong one."""
    wrong = ""
    for kind in (ISBN_13, GTIN_13, ISBN_10):
        for identifier in identifiers:
            text = identifier.get("value", "")
            if identifier.get("type") != kind or (kind == GTIN_13 and not text.startswith(BOOK_PREFIXES)):
                continue
            if isbn := _isbn(text):
                return isbn
            wrong = wrong or text
    if wrong.replace("-", "").startswith(MUSIC):
        raise Unusable(f"{wrong} is printed music, no book")
    if wrong:
        raise Unusable(f"{wrong[:20]} is no ISBN: its check digit or its length is wrong")
    return ""


def _isbn(text: str) -> str | None:
    """As read_isbn, with the way in which nearly all are written tried first: feeds have millions of them."""
    if PLAIN_ISBN.fullmatch(text):
        total = sum(map(int, text[::2])) + 3 * sum(map(int, text[1::2]))
        return None if total % 10 else text
    return read_isbn(text)


# block 4


def _publishing(node: Node, defaults: Node) -> Node:
    publishers = sorted(node.get("publishers", ()), key=lambda one: one.get("role") != PUBLISHER)
    return filled(
        imprint=_first_name(node.get("imprints", ())),
        publisher=_first_name(publishers),
        status=node.get("status"),
        dates=dates_of(node.get("dates", ())),
        rights=_rights(node.get("rights", ())),
        row_rights=node.get("row_rights"),
        safety=_safety(node.get("contacts", ())),
    )


def _first_name(nodes: Iterable[Node]) -> str:
    return next((node["name"] for node in nodes if "name" in node), "")


def _rights(rights: Iterable[Node]) -> list[Node]:
    return [right for right in rights if "type" in right and "territory" in right]


def _safety(contacts: Iterable[Node]) -> Node:
    for contact in contacts:
        if contact.get("role") == GENERAL_SAFETY:
            town = " ".join(contact[part] for part in ("postcode", "place") if part in contact)
            address = ", ".join(filter(None, (contact.get("street"), town, contact.get("country"))))
            name = contact.get("name") or contact.get("contact")
            return filled(name=name, address=address, email=contact.get("email"))
    return {}


# block 5


def _related(node: Node, defaults: Node) -> Node:
    return filled(
        products=list(filter(None, map(_relation, node.get("products", ())))),
        works=list(filter(None, map(_work, node.get("works", ())))),
    )


def _relation(product: Node) -> Node | None:
    """A relation to another book; one to something without an ISBN helps nobody here."""
    try:
        isbn = find_isbn(product.get("identifiers", []))
    except Unusable:
        return None
    return {"codes": product["codes"], "isbn": isbn} if isbn and "codes" in product else None


def _work(work: Node) -> Node | None:
    for identifier in work.get("identifiers", ()):
        if "code" in work and "type" in identifier and "value" in identifier:
            return {"code": work["code"], "type": identifier["type"], "id": identifier["value"]}
    return None


# block 6


def _supply(supplies: list[Node], defaults: Node) -> Node:
    return {"supplies": [_market_supply(supply, defaults) for supply in supplies]}


def _market_supply(node: Node, defaults: Node) -> Node:
    publishing = node.get("publishing", {})
    markets = [market["territory"] for market in node.get("markets", ()) if "territory" in market]
    return filled(
        markets=markets,
        status=publishing.get("status"),
        dates=dates_of(publishing.get("dates", ())),
        safety=_safety(publishing.get("contacts", ())),
        suppliers=[_supplier(supplier, defaults) for supplier in node.get("suppliers", ())],
    )


def _supplier(node: Node, defaults: Node) -> Node:
    who = node.get("supplier", {})
    supplier = filled(
        name=who.get("name"),
        role=who.get("role"),
        availability=node.get("availability"),
        days=read_whole(node.get("days", "")),
        dates=dates_of(node.get("dates", ())),
        unpriced=node.get("unpriced"),
        prices=[_price(price, defaults) for price in node.get("prices", ())],
    )
    counts = [read_whole(stock.get("on_hand", "")) for stock in node.get("stock", ())]
    if known := [count for count in counts if count is not None]:
        supplier["on_hand"] = sum(known)
    return supplier


def _price(price: Node, defaults: Node) -> Node:
    """The price with the message's defaults filled in, and its dates as since and until."""
    if "type" not in price and "price_type" in defaults:
        price["type"] = defaults["price_type"]
    if "currency" not in price and "currency" in defaults:
        price["currency"] = defaults["currency"]
    for one in price.pop("dates", ()):
        role, day = one.get("role"), one.get("date")
        if day and role in (PRICE_SINCE, PRICE_SPREAD):
            price["since"] = day
        if day and role in (PRICE_UNTIL, PRICE_SPREAD):
            price["until"] = one.get("last", day)
    return price


Read: TypeAlias = Callable[[Any, Node], Node]
BLOCKS: tuple[tuple[str, str, Read], ...] = (
    (DESCRIPTIVE, "descriptive", read_descriptive),
    (COLLATERAL, "collateral", read_collateral),
    (PUBLISHING, "publishing", _publishing),
    (RELATED, "related", _related),
    (SUPPLY, "supplies", _supply),
)
