"""Content security policies: what a page may load, frame and send its forms to."""

from urllib.parse import urlsplit

Policy = dict[str, list[str]]

SHOP_POLICY: Policy = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}


def payment_policy(stripe_js: str, stripe_api: str) -> str:
    """Return the policy of a page that holds Stripe's card form.

    Its sources are those of https://docs.stripe.com/security/guide.
    """
    scripts = [origin_of(stripe_js)]
    frames = [origin_of(stripe_js)]
    hosted_page = origin_of(stripe_api)
    if origin_of(stripe_js) == "https://js.stripe.com":
        scripts.append("https://*.js.stripe.com")
        hosted_page = "https://checkout.stripe.com"
        frames += ["https://*.js.stripe.com", "https://hooks.stripe.com"]
    return format_policy(
        {
            **SHOP_POLICY,
            "script-src": ["'self'", *scripts],
            "frame-src": frames,
            "form-action": ["'self'", hosted_page],
            "connect-src": ["'self'", origin_of(stripe_api)],
        }
    )


def format_policy(policy: Policy) -> str:
    """Return a policy as the value of its header."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
