"""The size and weight of a product."""

from collections.abc import Iterable

from bookshop.onix.nodes import Node
from bookshop.onix.numbers import parse_decimal

# ONIX code list 48
MEASURES = {"01": "height_mm", "02": "width_mm", "03": "thickness_mm", "08": "weight_g"}
# ONIX code list 50, in millimetres or grams
UNITS = {
    "mm": 1.0,
    "cm": 10.0,
    "in": 25.4,
    "gr": 1.0,
    "kg": 1000.0,
    "lb": 453.59237,
    "oz": 28.349523125,
}
MAX_MM_OR_GRAMS = 100_000


def read_measures(measures: Iterable[Node]) -> dict[str, int]:
    """Return the first valid measure of each type, in millimetres or grams."""
    found: dict[str, int] = {}
    for measure in measures:
        name = MEASURES.get(measure.get("type", ""))
        factor = UNITS.get(measure.get("unit", "").lower())
        size = parse_decimal(measure.get("value", "")) * (factor or 0)
        if name and name not in found and 0 < size < MAX_MM_OR_GRAMS:
            found[name] = round(size)
    return found
