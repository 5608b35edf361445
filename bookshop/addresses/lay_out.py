"""Lay out an address as its country writes it."""

import re

from bookshop.addresses.address import Address
from bookshop.addresses.country_rules import CountryRules, country_rules
from bookshop.trade.text import words

PLACEHOLDER = re.compile(r"%([NOADCSXZ])")
# letters of scripts that are not Latin begin here
FIRST_GREEK = "\u0370"
EDGES = " ,-"


def lay_out(address: Address, name: str = "") -> tuple[str, ...]:
    """Return the lines of an address without its country, spelled as it was typed.

    A country's own layout is for its own script. What a layout has no place for is put beside the street.
    """
    rules = country_rules(address.country)
    typed = "".join((name, address.street, address.city, address.region))
    is_native = any(c >= FIRST_GREEK and c.isalpha() for c in typed)
    layout = rules.layout if is_native else rules.latin_layout
    postcode = _without_prefix(address.postcode, rules, layout)
    values = {"N": name, "C": address.city, "S": address.region, "Z": postcode}
    street = [address.street, address.unit]
    lines = _fill_lines(layout, values, street)
    # Singapore's layout prints its city
    unplaced = [value for value in values.values() if not _has_words(lines, value)]
    # the layouts of some scripts begin with the largest part
    is_largest_first = layout != rules.latin_layout
    return _fill_lines(layout, values, [*unplaced, *street] if is_largest_first else [*street, *unplaced])


def _fill_lines(layout: tuple[str, ...], values: dict[str, str], street: list[str]) -> tuple[str, ...]:
    filled = {**values, "A": "\n".join(filter(None, street))}
    return tuple(line for each in layout for line in _fill(each, filled))


def _has_words(lines: tuple[str, ...], value: str) -> bool:
    return set(words(value)) <= set(words(" ".join(lines)))


def _fill(layout: str, values: dict[str, str]) -> list[str]:
    """Return a line with its values, or none; a street and its unit are two."""
    codes = PLACEHOLDER.findall(layout)
    if codes and not any(values.get(code) for code in codes):
        return []
    filled = PLACEHOLDER.sub(lambda found: values.get(found[1], ""), layout)
    return [" ".join(line.split()).strip(EDGES) for line in filled.split("\n")]


def _without_prefix(postcode: str, rules: CountryRules, layout: tuple[str, ...]) -> str:
    """Return a postcode without the prefix that the layout has already."""
    prefix = rules.postcode_prefix
    is_doubled = prefix and f"{prefix}%Z" in " ".join(layout) and postcode.upper().startswith(prefix)
    return postcode[len(prefix) :] if is_doubled else postcode
