"""What templates of pages and mails may show of the settings."""

from types import SimpleNamespace

from babel.numbers import get_currency_name

from bookshop.addresses.eu_countries import is_any_in_eu
from bookshop.settings import Settings
from bookshop.web.formatting import LOCALE


def template_settings(settings: Settings) -> SimpleNamespace:
    """Return the settings that templates show; none of them is secret."""
    return SimpleNamespace(
        name=settings.shop_name,
        url=settings.shop_url,
        currency=settings.shop_currency,
        currency_name=get_currency_name(settings.shop_currency, 2, LOCALE),
        country=settings.shop_country,
        email=settings.shop_email,
        address=settings.shop_address,
        hours=settings.shop_hours,
        law_pages=list_law_pages(settings),
        serves_eu=is_any_in_eu((settings.shop_country, *settings.shop_delivery_countries)),
        sends_mail=bool(settings.smtp_url),
        delivery_fee=settings.shop_delivery_fee,
        delivery_countries=settings.shop_delivery_countries,
    )


def list_law_pages(settings: Settings) -> list[tuple[str, str]]:
    """Return the titles and addresses of the shop's own pages that the law requires."""
    pages = (
        ("Terms of sale", settings.terms_url),
        ("Privacy", settings.privacy_url),
        ("Legal notice", settings.legal_notice_url),
    )
    return [(title, address) for title, address in pages if address]
