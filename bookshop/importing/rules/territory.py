"""How closely a territory names a country."""

from bookshop.onix.publishing import Territory

# ONIX code list 49: the regions that hold whole countries
EVERYWHERE = ("WORLD", "ROW")
EUROZONE = "ECZ"
EURO_COUNTRIES = frozenset(
    "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK".split()  # noqa: SIM905 - reads as ONIX writes it
)
# the parts of a country that stand for it: England, or Great Britain without Northern Ireland
MAIN_PARTS = {"GB": ("GB-ENG", "GB-EWS")}
# airports, the Canary Islands and islands that are not in the United Kingdom: their taxes are others
APART = frozenset({"GB-AIR", "GB-APS", "IE-AIR", "ES-CN", "GB-CHA", "GB-IOM"})
EXCLUDED, IN_PART, WORLDWIDE, IN_REGION, NAMED = range(5)


def closeness(territory: Territory, country: str) -> int:
    """Return EXCLUDED or, the more closely a territory names the country, a higher number.

    IN_PART is for a part of the country, which may not be the shop's.
    """
    if not territory:
        return WORLDWIDE
    excluded = territory.get("not_regions", "")
    if _has(territory.get("not_countries", ""), country):
        return EXCLUDED
    if country in EURO_COUNTRIES and _has(excluded, EUROZONE):
        return EXCLUDED
    found = _closeness_of_included(territory, country)
    return IN_PART if found and _has_main_part(excluded, country) else found


def _closeness_of_included(territory: Territory, country: str) -> int:
    countries, regions = territory.get("countries", ""), territory.get("regions", "")
    if _has(countries, country):
        return NAMED
    if (country in EURO_COUNTRIES and _has(regions, EUROZONE)) or _has_main_part(regions, country):
        return IN_REGION
    if not (countries or regions) or any(_has(regions, region) for region in EVERYWHERE):
        return WORLDWIDE
    return IN_PART if _has_part(regions, country) else EXCLUDED


def _has_main_part(regions: str, country: str) -> bool:
    return any(_has(regions, part) for part in MAIN_PARTS.get(country, ()))


def _has_part(regions: str, country: str) -> bool:
    return any(code.startswith(f"{country}-") and code not in APART for code in regions.split())


def _has(codes: str, code: str) -> bool:
    # a search is cheaper than to split the long lists of countries that most prices have
    return code in codes and code in codes.split()
