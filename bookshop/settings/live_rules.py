"""What a shop with live keys must not be started with; real money is at stake."""

from urllib.parse import urlsplit

from bookshop.settings.settings import STRIPE_JS, Settings
from bookshop.settings.simulator_keys import WEBHOOK_SECRET

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def find_dangers(settings: Settings) -> list[str]:
    """Return an error for each setting that is dangerous with live keys."""
    rules = (
        (
            not settings.stripe_webhook_secret,
            "STRIPE_WEBHOOK_SECRET is missing: with live keys the shop needs Stripe's events",
        ),
        (
            WEBHOOK_SECRET in settings.stripe_webhook_secret,
            "STRIPE_WEBHOOK_SECRET: with live keys it must not be the simulator's, which is public",
        ),
        (
            settings.is_simulated,
            "STRIPE_API_BASE: a live key may only be sent to Stripe; use test keys with a simulator",
        ),
        (
            urlsplit(settings.stripe_js_url).netloc != urlsplit(STRIPE_JS).netloc
            or not settings.stripe_js_url.startswith("https:"),
            f"STRIPE_JS_URL: with live keys the script must come from Stripe: {STRIPE_JS}",
        ),
        (
            not settings.shop_url.startswith("https:") or urlsplit(settings.shop_url).hostname in LOCAL_HOSTS,
            "SHOP_URL: with live keys it must be the address that shoppers see, with https://",
        ),
    )
    return [error for is_broken, error in rules if is_broken]
