"""The countries in which the European Union's consumer law holds."""

from collections.abc import Iterable

from stdnum.eu.vat import MEMBER_STATES

# of the Union's law, Northern Ireland has that on goods; ISO 3166 has no code for it
_NORTHERN_IRELAND = "xi"
# parts of member states with codes of their own: Article 355 (1) and (4) of the Treaty on its functioning
_PARTS = frozenset({"AX", "GF", "GP", "MF", "MQ", "RE", "YT"})
EU_COUNTRIES = _PARTS.union(code.upper() for code in MEMBER_STATES if code != _NORTHERN_IRELAND)


def is_any_in_eu(countries: Iterable[str]) -> bool:
    """Return whether one of these ISO 3166 codes is of a country in the European Union."""
    return not EU_COUNTRIES.isdisjoint(countries)
