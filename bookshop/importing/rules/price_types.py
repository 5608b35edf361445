"""ONIX code list 58: the types of price that a reader may be charged, the best first."""

RECOMMENDED_WITH_TAX = "02"
# fixed by law, recommended, publisher's retail
WITH_TAX = {"04": 0, RECOMMENDED_WITH_TAX: 1, "42": 2}
WITHOUT_TAX = {"03": 3, "01": 4, "41": 5}
PRICE_PRIORITY = WITH_TAX | WITHOUT_TAX
FIXED_PRICES = frozenset({"03", "04"})
