"""Codes of an authenticator app (TOTP, RFC 6238)."""

import hmac
from base64 import b32encode
from datetime import datetime

from pyotp import TOTP
from pyotp.exceptions import OTPVerificationError

SECRET_BYTES = 20
# the clocks of a phone and the shop differ by less than a code's 30 seconds
WINDOW = 1


def derive_secret(key: str, purpose: str) -> str:
    """Return a secret, the same one for the same purpose.

    So a page can show it, be loaded again and be sent, and nothing is stored before the first code was right.
    """
    return b32encode(hmac.digest(key.encode(), f"totp {purpose}".encode(), "sha256")[:SECRET_BYTES]).decode()


def find_time_step(secret: str, code: str, now: datetime, last_step: int = 0) -> int | None:
    """Return the time step of a code that is right, and later than the last one accepted."""
    try:
        step = TOTP(secret).verify_and_get_timecode("".join(code.split()), for_time=now, valid_window=WINDOW)
    except OTPVerificationError:
        return None
    return step if step > last_step else None


def app_address(secret: str, name: str, shop_name: str) -> str:
    """Return what an authenticator app reads from the QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=shop_name)
