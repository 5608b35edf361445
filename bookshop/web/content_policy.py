"""What a page may load, frame and send forms to; which frames may ask for a payment."""

from collections.abc import Iterable
from urllib.parse import urlsplit

Policy = dict[str, list[str]]

SHOP_POLICY: Policy = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}


def payment_headers(stripe_js: str, stripe_api: str) -> dict[str, str]:
    """Return the two policies of a page that holds Stripe's card form.

    Stripe's frames ask for payments of wallets (Apple Pay, Google Pay, Link) by the Payment Request API.
    """
    return {
        "Content-Security-Policy": payment_policy(stripe_js, stripe_api),
        "Permissions-Policy": permissions_policy(frame_origins(stripe_js)),
    }


def payment_policy(stripe_js: str, stripe_api: str) -> str:
    """Return the content security policy of a page that holds Stripe's card form.

    Its sources are those of https://docs.stripe.com/security/guide.
    """
    scripts = [origin_of(stripe_js)]
    hosted_page = origin_of(stripe_api)
    if is_stripe(stripe_js):
        scripts.append("https://*.js.stripe.com")
        hosted_page = "https://checkout.stripe.com"
    return format_policy(
        {
            **SHOP_POLICY,
            "script-src": ["'self'", *scripts],
            "frame-src": frame_origins(stripe_js),
            "form-action": ["'self'", hosted_page],
            "connect-src": ["'self'", origin_of(stripe_api)],
        }
    )


def frame_origins(stripe_js: str) -> list[str]:
    """Return the origins of Stripe's frames."""
    more = ["https://*.js.stripe.com", "https://hooks.stripe.com"] if is_stripe(stripe_js) else []
    return [origin_of(stripe_js), *more]


def permissions_policy(payment_origins: Iterable[str] = ()) -> str:
    """Return a policy by which only the page and frames of these origins may ask for payments."""
    payment = " ".join(["self", *(f'"{origin}"' for origin in payment_origins)]) if payment_origins else ""
    return f"camera=(), geolocation=(), microphone=(), payment=({payment})"


def format_policy(policy: Policy) -> str:
    """Return a policy as the value of its header."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_stripe(stripe_js: str) -> bool:
    return origin_of(stripe_js) == "https://js.stripe.com"
