"""What the checkout's routes share."""

from collections.abc import Callable
from dataclasses import dataclass

from babel import Locale

from bookshop.database import Database
from bookshop.orders.token_bucket import TokenBucket
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the checkout's routes need; `countries` are (code, name).

    `may_read` returns whether this process may read a payment from Stripe for a shopper now, and
    `may_open` whether it may open one.
    """

    database: Database
    gateway: Gateway
    settings: Settings
    countries: tuple[tuple[str, str], ...]
    may_read: Callable[[], bool]
    may_open: Callable[[], bool]


def create_checkout(
    database: Database, gateway: Gateway, settings: Settings, may_read: Callable[[], bool]
) -> Checkout:
    """Return the checkout with the names of the countries that the shop delivers to."""
    names = Locale("en").territories
    countries = tuple((code, names[code]) for code in settings.shop_delivery_countries)
    return Checkout(database, gateway, settings, countries, may_read, TokenBucket().take)
