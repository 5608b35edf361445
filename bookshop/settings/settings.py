"""The settings of a deployment."""

from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path

from bookshop.money import Money
from bookshop.settings.smtp_server import SmtpServer

STRIPE_API = "https://api.stripe.com"
# the version of Stripe.js that belongs to the API version of stripe-python
STRIPE_JS = "https://js.stripe.com/endive/stripe.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a deployment decides; each field is a variable of sample.env."""

    stripe_secret_key: str = field(repr=False)
    stripe_publishable_key: str
    stripe_webhook_secret: tuple[str, ...] = field(repr=False)
    stripe_api_base: str
    stripe_js_url: str
    database_url: str = field(repr=False)
    covers_dir: Path
    backups_dir: Path
    download_covers: bool
    secret_key: tuple[str, ...] = field(repr=False)
    reservation_minutes: int
    sweep_seconds: float
    max_orders_per_hour: int
    max_unpaid_orders: int
    max_unpaid_copies: int
    max_failed_payments: int
    trusted_proxies: int
    log_format: str
    shop_name: str
    shop_url: str
    hsts_subdomains: bool
    shop_currency: str
    shop_country: str
    shop_timezone: str
    shop_email: str
    shop_address: str
    shop_hours: str
    terms_url: str
    privacy_url: str
    legal_notice_url: str
    shop_delivery_fee: Money
    shop_delivery_countries: tuple[str, ...]
    smtp_url: SmtpServer | None
    mail_from: str
    mail_reply_to: str
    mail_bounces: str
    mail_new_orders: bool
    mail_reviews: bool
    dkim_selector: str
    dns_server: str

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""
        return is_live_key(self.stripe_secret_key)

    @property
    def signing_key(self) -> str:
        """The key that signs; the others only verify what they have signed before."""
        return self.secret_key[0]

    @property
    def is_simulated(self) -> bool:
        """Whether requests to Stripe go to the simulator."""
        return self.stripe_api_base != STRIPE_API

    @property
    def reservation_time(self) -> timedelta:
        """How long an order reserves its books while it is being paid."""
        return timedelta(minutes=self.reservation_minutes)


def is_live_key(key: str) -> bool:
    """Return whether real money moves with this key of Stripe's."""
    return "_live_" in key


SETTING_NAMES = frozenset(one.name.upper() for one in fields(Settings))
