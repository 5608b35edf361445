"""Encrypt secrets that the shop must read again, so that a stolen backup is not enough."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PURPOSE = b"bookshop staff"


def encrypt(keys: Sequence[str], text: str) -> str:
    """Encrypt with the first key."""
    return ciphers(keys).encrypt(text.encode()).decode()


def decrypt(keys: Sequence[str], encrypted: str) -> str:
    """Return the text; empty if none of the keys has encrypted it."""
    try:
        return ciphers(keys).decrypt(encrypted).decode()
    except InvalidToken:
        return ""


def ciphers(keys: Sequence[str]) -> MultiFernet:
    # SECRET_KEY signs other things, so what encrypts is derived from it
    return MultiFernet(
        [Fernet(urlsafe_b64encode(hmac.digest(key.encode(), PURPOSE, "sha256"))) for key in keys]
    )
