"""How closely a territory names a country."""

from bookshop.onix.publishing import Territory

# ONIX code list 49: the regions that hold whole countries
EVERYWHERE = ("WORLD", "ROW")
EUROZONE = "ECZ"
EURO_COUNTRIES = frozenset(
    "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK".split()  # noqa: SIM905 - reads as ONIX writes it
)
EXCLUDED, WORLDWIDE, IN_REGION, NAMED = range(4)


def closeness(territory: Territory, country: str) -> int:
    """Return EXCLUDED or, the more closely a territory names the country, a higher number."""
    regions = territory.get("regions", "")
    is_in_euro = country in EURO_COUNTRIES
    if _has(territory.get("not_countries", ""), country):
        return EXCLUDED
    if is_in_euro and _has(territory.get("not_regions", ""), EUROZONE):
        return EXCLUDED
    if _has(territory.get("countries", ""), country):
        return NAMED
    if is_in_euro and _has(regions, EUROZONE):
        return IN_REGION
    is_open = not territory.get("countries") and not regions
    return WORLDWIDE if is_open or any(_has(regions, region) for region in EVERYWHERE) else EXCLUDED


def _has(codes: str, code: str) -> bool:
    # a search is cheaper than to split the long lists of countries that most prices have
    return code in codes and code in codes.split()
