"""Check what the law of the countries served requires a shop to show."""

from collections.abc import Iterator

from bookshop.addresses.eu_countries import is_any_in_eu
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.settings import Settings

NAME = "Law pages"
FIX = "Write the page, on any site of yours, and set {name} to its address."


def check_law_pages(deployment: Deployment) -> Results:
    """Return a warning for each page that is missing; which laws hold, a lawyer knows."""
    missing = list(find_missing(deployment.settings))
    return missing or [Result(NAME, State.OK, "The pages that the countries served require are set.")]


def find_missing(settings: Settings) -> Iterator[Result]:
    """Yield what is missing for the countries of the shop and of delivery."""
    if not settings.privacy_url:
        why = "Nearly every country requires it: the shop stores names, addresses and payments."
        yield warn("PRIVACY_URL", "There is no privacy notice.", why)
    if not settings.terms_url:
        why = "Without terms of sale only the law decides, and shoppers do not know it."
        if serves_eu(settings):
            why = "The European Union requires terms before an order, and in its confirmation."
        yield warn("TERMS_URL", "There are no terms of sale.", why)
    if not settings.legal_notice_url and serves_eu(settings):
        why = "The European Union requires the shop’s name, address, e-mail, register and VAT number."
        yield warn("LEGAL_NOTICE_URL", "There is no legal notice.", why)
    for name, value in (("SHOP_ADDRESS", settings.shop_address), ("SHOP_EMAIL", settings.shop_email)):
        if not value:
            why = "Shoppers must be able to reach the shop, and to withdraw from an order."
            yield Result(NAME, State.WARNING, f"{name} is not set.", why, f"Set {name}.")


def serves_eu(settings: Settings) -> bool:
    return is_any_in_eu((settings.shop_country, *settings.shop_delivery_countries))


def warn(name: str, what: str, why: str) -> Result:
    return Result(NAME, State.WARNING, what, why, FIX.format(name=name))
