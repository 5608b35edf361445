"""Parse the text of one setting; a ValueError explains what is wrong with it."""

import re
from functools import cache
from ipaddress import IPv4Address
from zoneinfo import available_timezones

from babel import Locale

from bookshop.money import is_supported

SECRET_KEY_PREFIXES = ("sk_", "rk_")
PUBLISHABLE_KEY_PREFIX = "pk_"
DNS_LABELS = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII | re.IGNORECASE)
DNS_SERVER = re.compile(r"([\d.]+)(?::(\d{1,5}))?", re.ASCII)
DNS_PORT, MAX_PORT = 53, 65535
KEY = re.compile(r"\w+", re.ASCII)
COUNTRY_CHARS = 2
MAX_RESERVATION_MINUTES = 24 * 60
MAX_SWEEP_SECONDS = 3600
MAX_COUNT_DIGITS = 9

# reads a folder with six hundred files
time_zones = cache(available_timezones)


def parse_secret_key(text: str) -> str:
    return parse_stripe_key(text, SECRET_KEY_PREFIXES)


def parse_publishable_key(text: str) -> str:
    return parse_stripe_key(text, (PUBLISHABLE_KEY_PREFIX,))


def parse_stripe_key(text: str, prefixes: tuple[str, ...]) -> str:
    """Check a key's prefix; the error never repeats the key, which may be a secret."""
    if text.startswith(prefixes):
        if not KEY.fullmatch(text):
            raise ValueError("this is not a whole key; copy it from https://dashboard.stripe.com/apikeys")
        return text
    hint = "this is not a Stripe key"
    if text.startswith(PUBLISHABLE_KEY_PREFIX):
        hint = "this is a publishable key"
    elif text.startswith(SECRET_KEY_PREFIXES):
        hint = "this is a secret key"
    raise ValueError(f"it must begin with {' or '.join(prefixes)}; {hint}")


def parse_webhook_secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(secret.startswith("whsec_") for secret in secrets):
        raise ValueError("each secret must begin with whsec_")
    return secrets


def parse_database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("it must begin with sqlite:/// or postgresql://")
    if text in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError("it names no file; for example sqlite:///var/bookshop.db")
    return text


def parse_email(text: str) -> str:
    if not text:
        return text
    # imported late, since most commands need no address
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise ValueError(f"{text!r} is not an email address such as hello@books.example") from None
    return text


def parse_mail_address(text: str) -> str:
    """Return an address as mail servers take it: its domain in ASCII."""
    if not text:
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email or ""
    except EmailNotValidError:
        raise ValueError(f"{text!r} is not an address that every mail server takes") from None


def parse_switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"{text!r} is neither 0 nor 1")
    return text == "1"


def parse_log_format(text: str) -> str:
    if text not in ("plain", "json"):
        raise ValueError(f"{text!r} is neither plain nor json")
    return text


def parse_dkim_selector(text: str) -> str:
    if text and not DNS_LABELS.fullmatch(text):
        raise ValueError(f"{text!r} is not the first part of a DNS name, such as s1")
    return text


def parse_dns_server(text: str) -> str:
    """Check that it is an IPv4 address, or one and a port."""
    found = DNS_SERVER.fullmatch(text)
    try:
        if text and not (found and IPv4Address(found[1]) and int(found[2] or DNS_PORT) <= MAX_PORT):
            raise ValueError
    except ValueError:  # of an address too
        raise ValueError(f"{text!r} is not an address such as 9.9.9.9 or 127.0.0.1:5353") from None
    return text


def parse_minutes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_RESERVATION_MINUTES:
        raise ValueError(f"{text!r} is not a number of minutes from 1 to {MAX_RESERVATION_MINUTES}")
    return int(text)


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MAX_SWEEP_SECONDS:
        raise ValueError(f"{text!r} is not a number of seconds from 0 to {MAX_SWEEP_SECONDS}")
    return seconds


def parse_positive(text: str) -> int:
    return parse_count(text, 1)


def parse_count(text: str, minimum: int = 0) -> int:
    if not text.isdecimal() or len(text) > MAX_COUNT_DIGITS or int(text) < minimum:
        raise ValueError(f"{text!r} is not a whole number of at least {minimum}")
    return int(text)


def parse_currency(text: str) -> str:
    if not is_supported(text.upper()):
        raise ValueError(f"{text!r} is not a currency with two decimals or none that Stripe charges in")
    return text.upper()


def parse_country(text: str) -> str:
    if text.upper() not in Locale("en").territories or len(text) != COUNTRY_CHARS:
        raise ValueError(f"{text!r} is not a country code such as SG")
    return text.upper()


def parse_countries(text: str) -> tuple[str, ...]:
    return tuple(parse_country(part.strip()) for part in text.split(","))


def parse_timezone(text: str) -> str:
    if text not in time_zones():
        raise ValueError(f"{text!r} is not a time zone such as Asia/Singapore")
    return text
