"""Check the key of a request: a secret key, or a publishable key and a client secret.

A key is sent as a bearer token or as the user name of HTTP Basic authentication.
"""

import base64
import binascii
import hmac

from quart import request

from bookshop.simulator.account import Account
from bookshop.simulator.errors import invalid_request, unauthorized
from bookshop.simulator.find_intent import find_intent
from bookshop.simulator.params import Params, read_text

# restricted keys may do everything here
SECRET_KEYS = ("sk_test_", "rk_test_")


def authorize(account: Account, params: Params, intent_id: str | None) -> bool:
    """Return whether it is a browser, which may only use `intent_id`; raises StripeError."""
    header_key = read_header_key(request.headers.get("Authorization", ""))
    key = header_key or read_text(params, "key")
    if not key:
        raise unauthorized("You did not provide an API key.")
    if key[2:].startswith("_live_"):
        raise unauthorized("This is the Stripe simulator. It accepts test keys only.")
    if header_key and key.startswith(SECRET_KEYS):
        return False
    if not key.startswith("pk_test_"):
        raise unauthorized("Invalid API Key provided.")
    if intent_id is None:
        raise unauthorized(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            "secret_key_required",
        )
    check_client_secret(account, intent_id, read_text(params, "client_secret") or "")
    return True


def read_header_key(header: str) -> str:
    """Return the key in an Authorization header; empty if it has none."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() == "bearer":
        return text.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def check_client_secret(account: Account, intent_id: str, secret: str) -> None:
    if not hmac.compare_digest(secret.encode(), find_intent(account, intent_id)["client_secret"].encode()):
        raise invalid_request(
            "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
            "payment_intent_invalid_parameter",
            "client_secret",
        )
