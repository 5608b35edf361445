"""Label the address fields for all countries that the shop delivers to."""

from functools import lru_cache

from bookshop.addresses.country_rules import country_rules

LABELS = {"city": "City", "region": "State, province or area", "postcode": "Postcode"}


@lru_cache(maxsize=4)
def address_labels(countries: tuple[str, ...]) -> dict[str, str]:
    """Return the label of each field, without those that no country uses.

    A label is the same whatever country is chosen, so that it is right without JavaScript.
    """
    rules = [country_rules(country) for country in countries]
    labels = {field: label for field, label in LABELS.items() if any(field in each.used for each in rules)}
    if len(rules) == 1 and "region" in labels:
        labels["region"] = rules[0].region_name.capitalize()
    for field in labels:
        required_in = sum(field in each.required for each in rules)
        if required_in < len(rules):
            labels[field] += " (if any)" if required_in else " (optional)"
    return {"city": "City (optional)", **labels}
