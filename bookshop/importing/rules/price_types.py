"""ONIX code list 58: the types of price that a reader may be charged, the best first."""

RECOMMENDED_WITH_TAX = "02"
# fixed by law, by the publisher or the importer; recommended; publisher's retail
WITH_TAX = ("04", "34", RECOMMENDED_WITH_TAX, "42")
WITHOUT_TAX = ("03", "33", "01", "41")
FIXED_PRICES = frozenset({"03", "04", "33", "34"})
# where prices are shown without tax, which depends on the reader's address and comes on top
TAX_ON_TOP = frozenset({"CA", "US"})
PRICE_PRIORITY = {kind: rank for rank, kind in enumerate((*WITH_TAX, *WITHOUT_TAX))}
PRICE_PRIORITY_TAX_ON_TOP = {kind: rank for rank, kind in enumerate((*WITHOUT_TAX, *WITH_TAX))}


def price_priority(kind: str, country: str) -> int:
    """Return the rank of a type of price in a country, the best being 0."""
    return (PRICE_PRIORITY_TAX_ON_TOP if country in TAX_ON_TOP else PRICE_PRIORITY)[kind]
