"""Codes of a record that are in no list of ONIX, among those that decide something."""

import re
from collections.abc import Iterator

from bookshop.onix.blocks import DESCRIPTIVE, PUBLISHING, SUPPLY, Blocks
from bookshop.trade.availability import SUPPLY_PRIORITIES

MAX_REPORTED_CODE_CHARS = 8

# code lists of issue 71; of list 150 only the letters of its groups, since it grows with every issue
CODE_PATTERNS = {
    "ProductComposition": re.compile("0[01]|1[01]|20|3[01]"),
    "ProductForm": re.compile("00|[ABCDEFLMPSVXZ][A-Z]"),
    "PublishingStatus": re.compile("0[0-9]|1[0-35-8]"),
    "MarketPublishingStatus": re.compile("0[0-9]|1[0-8]"),
    "ProductAvailability": re.compile("|".join(SUPPLY_PRIORITIES)),
    "PriceType": re.compile("0[1-9]|1[1-57]|2[1-57]|3[1-7]|4[12]"),
}


def unknown_codes(blocks: Blocks) -> Iterator[tuple[str, str]]:
    """Return (element, code) for the codes of a record that are in no list of ONIX."""
    for element, code in _list_codes(blocks):
        if code and not CODE_PATTERNS[element].fullmatch(code):
            yield element, code[:MAX_REPORTED_CODE_CHARS]


def _list_codes(blocks: Blocks) -> Iterator[tuple[str, str | None]]:
    descriptive = blocks.get(DESCRIPTIVE, {})
    yield "ProductComposition", descriptive.get("composition")
    yield "ProductForm", descriptive.get("form")
    yield "PublishingStatus", blocks.get(PUBLISHING, {}).get("status")
    for supply in blocks.get(SUPPLY, {}).get("supplies", ()):
        yield "MarketPublishingStatus", supply.get("status")
        for supplier in supply.get("suppliers", ()):
            yield "ProductAvailability", supplier.get("availability")
            for price in supplier.get("prices", ()):
                yield "PriceType", price.get("type")
