"""The ages that a product is meant for."""

from collections.abc import Iterable

from bookshop.onix.nodes import Node
from bookshop.onix.numbers import parse_whole

# ONIX code list 30, the best qualifier first: interest age, reading age, interest age in months;
# what to divide each by for years
AGE_DIVISORS = {"17": 1, "18": 1, "16": 12}
# ONIX code list 31
EXACT, FROM, TO = "01", "03", "04"
MAX_AGE_YEARS = 120


def read_ages(ranges: Iterable[Node]) -> tuple[int | None, int | None]:
    """Return the first and the last age in years."""
    by_qualifier = {one.get("qualifier", ""): one for one in ranges}
    for qualifier, divisor in AGE_DIVISORS.items():
        if found := by_qualifier.get(qualifier):
            values = map(parse_whole, found.get("values", ()))
            ages = dict(zip(found.get("precisions", ()), values, strict=False))
            first, last = ages.get(FROM, ages.get(EXACT)), ages.get(TO, ages.get(EXACT))
            return _in_years(first, divisor), _in_years(last, divisor)
    return None, None


def _in_years(age: int | None, divisor: int) -> int | None:
    return None if age is None or age // divisor > MAX_AGE_YEARS else age // divisor
