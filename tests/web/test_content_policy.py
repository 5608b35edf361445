"""What the content security policy of each kind of page allows."""

from bookshop.web.content_policy import SHOP_POLICY, format_policy, payment_headers, payment_policy

STRIPE_JS = "https://js.stripe.com/endive/stripe.js"


def read_policy(text: str) -> dict[str, set[str]]:
    """Return the sources of each directive."""
    return {name: set(sources) for name, *sources in (part.split() for part in text.split("; "))}


def test_no_page_loads_from_or_sends_to_another_site() -> None:
    assert read_policy(format_policy(SHOP_POLICY)) == {
        "default-src": {"'self'"},
        "base-uri": {"'none'"},
        "form-action": {"'self'"},
        "frame-ancestors": {"'none'"},
        "object-src": {"'none'"},
    }


def test_with_stripe_itself_the_policy_names_its_addresses() -> None:
    assert read_policy(payment_policy(STRIPE_JS, "https://api.stripe.com")) == {
        "default-src": {"'self'"},
        "base-uri": {"'none'"},
        "frame-ancestors": {"'none'"},
        "object-src": {"'none'"},
        "script-src": {"'self'", "https://js.stripe.com", "https://*.js.stripe.com"},
        "frame-src": {"https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"},
        "form-action": {"'self'", "https://checkout.stripe.com"},
        "connect-src": {"'self'", "https://api.stripe.com"},
    }


def test_with_the_simulator_the_policy_names_only_its_address() -> None:
    simulator = "http://localhost:12111"
    policy = read_policy(payment_policy(f"{simulator}/endive/stripe.js", simulator))
    assert policy["script-src"] == {"'self'", simulator}
    assert policy["frame-src"] == {simulator}
    assert policy["form-action"] == {"'self'", simulator}
    assert policy["connect-src"] == {"'self'", simulator}


def test_only_frames_of_stripe_may_ask_for_a_payment_by_a_wallet() -> None:
    headers = payment_headers(STRIPE_JS, "https://api.stripe.com")
    assert headers["Permissions-Policy"] == (
        "camera=(), geolocation=(), microphone=(), "
        'payment=(self "https://js.stripe.com" "https://*.js.stripe.com" "https://hooks.stripe.com")'
    )
    frames = read_policy(headers["Content-Security-Policy"])["frame-src"]
    assert all(f'"{frame}"' in headers["Permissions-Policy"] for frame in frames)


def test_with_the_simulator_its_frames_may_ask_for_a_payment() -> None:
    simulator = "http://localhost:12111"
    permissions = payment_headers(f"{simulator}/endive/stripe.js", simulator)["Permissions-Policy"]
    assert permissions.endswith(f'payment=(self "{simulator}")')
