"""What templates of pages and mails may show of the settings."""

from types import SimpleNamespace

from bookshop.addresses.eu_countries import is_any_in_eu
from bookshop.settings import Settings


def template_settings(settings: Settings) -> SimpleNamespace:
    """Return the settings that templates show; none of them is secret."""
    return SimpleNamespace(
        name=settings.shop_name,
        url=settings.shop_url,
        currency=settings.shop_currency,
        country=settings.shop_country,
        email=settings.shop_email,
        address=settings.shop_address,
        hours=settings.shop_hours,
        serves_eu=is_any_in_eu((settings.shop_country, *settings.shop_delivery_countries)),
        sends_mail=bool(settings.smtp_url),
        delivery_fee=settings.shop_delivery_fee,
    )
