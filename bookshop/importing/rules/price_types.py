"""ONIX code list 58: the types of price that a reader may be charged, the best first."""

# with tax: fixed by law, recommended, publisher's retail
WITH_TAX = {"04": 0, "02": 1, "42": 2}
# without tax: the same
WITHOUT_TAX = {"03": 3, "01": 4, "41": 5}
PRICE_ORDER = WITH_TAX | WITHOUT_TAX
FIXED_PRICES = frozenset({"03", "04"})
