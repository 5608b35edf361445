"""The settings of a deployment: the only reader of the environment and of `.env`."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from dotenv import dotenv_values

from bookshop.money import Money, is_supported, parse

STRIPE_API = "https://api.stripe.com"
# each release of stripe-python speaks one API train, and Stripe.js comes by the same name
STRIPE_JS = "https://js.stripe.com/endive/stripe.js"


SECRET = ("sk_", "rk_")
SECRET_LENGTH = 16
COUNTRY_LENGTH = 2
MOST_MINUTES = 24 * 60
MOST_SECONDS = 3600
LONGEST_COUNT = 9

T = TypeVar("T")
# stands in for a value that was wrong; no Settings with it ever leaves read_settings
UNREAD = ""


class BadSettings(Exception):
    """Settings the shop cannot start with; `problems` has one line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a deployment decides, checked once at start; each field is the variable of its name."""

    stripe_secret_key: str = field(repr=False)
    stripe_publishable_key: str
    stripe_webhook_secret: tuple[str, ...] = field(repr=False)
    stripe_api_base: str
    stripe_js_url: str
    database_url: str = field(repr=False)
    covers_dir: Path
    cover_links: bool
    secret_key: str = field(repr=False)
    order_hold: timedelta
    sweep_interval: float
    order_limit: int
    failure_limit: int
    trusted_proxies: int
    shop_name: str
    shop_url: str
    shop_currency: str
    shop_country: str
    shop_timezone: str
    shop_email: str
    shop_address: str
    shop_hours: str
    shop_delivery_fee: Money
    shop_delivery_countries: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""
        return "_live_" in self.stripe_secret_key

    @property
    def is_simulated(self) -> bool:
        """Whether Stripe is played by the simulator."""
        return self.stripe_api_base != STRIPE_API


def load_settings(defaults: Mapping[str, str] | None = None) -> Settings:
    """Read the defaults, then `.env`, then the environment, each over the one before; raises BadSettings."""
    return read_settings({**(defaults or {}), **read_environment()})


def settings_or_exit(defaults: Mapping[str, str] | None = None) -> Settings:
    """The settings, or the end of the process with one line for each that is wrong."""
    try:
        return load_settings(defaults)
    except BadSettings as bad:
        sys.exit("\n".join(f"bookshop: {problem}" for problem in bad.problems))


def read_environment() -> dict[str, str]:
    """What is set in `.env` and, over it, in the environment."""
    dotenv = {name: value for name, value in dotenv_values(Path(".env")).items() if value}
    return {**dotenv, **os.environ}


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Check every variable, and report all that is wrong at once; raises BadSettings."""
    reader = _Reader(environ)
    currency = reader.read("SHOP_CURRENCY", "SGD", _currency)
    country = reader.read("SHOP_COUNTRY", "SG", _country)
    url = reader.read("SHOP_URL", "http://localhost:5000", _address)
    settings = Settings(
        stripe_secret_key=reader.read("STRIPE_SECRET_KEY", None, _key("sk_", "rk_")),
        stripe_publishable_key=reader.read("STRIPE_PUBLISHABLE_KEY", None, _key("pk_")),
        stripe_webhook_secret=reader.read("STRIPE_WEBHOOK_SECRET", "", _webhook_secrets),
        stripe_api_base=reader.read("STRIPE_API_BASE", STRIPE_API, _address),
        stripe_js_url=reader.read("STRIPE_JS_URL", STRIPE_JS, _address),
        database_url=reader.read("DATABASE_URL", "sqlite:///var/bookshop.db", _database),
        covers_dir=reader.read("COVERS_DIR", "var/covers", Path),
        cover_links=reader.read("COVER_LINKS", "0", _switch),
        secret_key=reader.read("SECRET_KEY", None, _secret),
        order_hold=reader.read("ORDER_HOLD", "30", _minutes),
        sweep_interval=reader.read("SWEEP_INTERVAL", "15", _seconds),
        order_limit=reader.read("ORDER_LIMIT", "60", _count(1)),
        failure_limit=reader.read("FAILURE_LIMIT", "8", _count(1)),
        trusted_proxies=reader.read("TRUSTED_PROXIES", "0", _count(0)),
        shop_name=reader.read("SHOP_NAME", "Bookshop", str),
        shop_url=url,
        shop_currency=currency,
        shop_country=country,
        shop_timezone=reader.read("SHOP_TIMEZONE", "Asia/Singapore", _timezone),
        shop_email=reader.read("SHOP_EMAIL", "", str),
        shop_address=reader.read("SHOP_ADDRESS", "", str),
        shop_hours=reader.read("SHOP_HOURS", "", str),
        shop_delivery_fee=reader.read(
            "SHOP_DELIVERY_FEE", "4.00", lambda text: parse(text, currency or "SGD")
        ),
        shop_delivery_countries=reader.read("SHOP_DELIVERY_COUNTRIES", country or "SG", _countries),
    )
    if problems := reader.problems or _contradictions(settings):
        raise BadSettings(problems)
    return settings


class _Reader:
    """Reads variables one by one and remembers what was wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def read(self, name: str, default: str | None, convert: Callable[[str], T]) -> T:
        text = self.environ.get(name, "").strip() or default
        if text is None:
            self.problems.append(f"{name} is missing: set it in the environment or in .env (see sample.env)")
            return cast(T, UNREAD)
        try:
            return convert(text)
        except ValueError as problem:
            self.problems.append(f"{name}: {problem}")
            return cast(T, UNREAD)


def _key(*prefixes: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if not text.startswith(prefixes) or not text.isascii():
            kind = "publishable" if text.startswith("pk_") else "secret" if text[:3] in SECRET else "Stripe"
            hint = f"this is a {kind} key" if kind != "Stripe" else "this is no Stripe key"
            raise ValueError(f"it must begin with {' or '.join(prefixes)}; {hint}")
        return text

    return convert


def _webhook_secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(secret.startswith("whsec_") for secret in secrets):
        raise ValueError("each secret must begin with whsec_")
    return secrets


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{text!r} is not a web address such as https://books.example")
    return text.rstrip("/")


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("it must begin with sqlite:/// or postgresql://")
    return text


def _secret(text: str) -> str:
    if len(text) < SECRET_LENGTH:
        raise ValueError(f"it must have at least {SECRET_LENGTH} characters that nobody can guess")
    return text


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"{text!r} is neither 0 nor 1")
    return text == "1"


def _minutes(text: str) -> timedelta:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MINUTES:
        raise ValueError(f"{text!r} is not a number of minutes from 1 to {MOST_MINUTES}")
    return timedelta(minutes=int(text))


def _count(least: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isdecimal() or len(text) > LONGEST_COUNT or int(text) < least:
            raise ValueError(f"{text!r} is not a whole number from {least} on")
        return int(text)

    return convert


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MOST_SECONDS:
        raise ValueError(f"{text!r} is not a number of seconds from 0 to {MOST_SECONDS}")
    return seconds


def _currency(text: str) -> str:
    if not is_supported(text.upper()):
        raise ValueError(f"{text!r} is not a currency with two decimals or none that Stripe charges in")
    return text.upper()


def _country(text: str) -> str:
    if text.upper() not in Locale("en").territories or len(text) != COUNTRY_LENGTH:
        raise ValueError(f"{text!r} is not a country code such as SG")
    return text.upper()


def _timezone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f"{text!r} is not a time zone such as Asia/Singapore")
    return text


def _countries(text: str) -> tuple[str, ...]:
    return tuple(_country(part.strip()) for part in text.split(","))


def _contradictions(settings: Settings) -> list[str]:
    """What is wrong between settings that are each right."""
    secret_is_live, public_is_live = (
        "_live_" in key for key in (settings.stripe_secret_key, settings.stripe_publishable_key)
    )
    problems = []
    if secret_is_live != public_is_live:
        problems.append(
            "STRIPE_PUBLISHABLE_KEY: one of the two Stripe keys is live and the other is for tests"
        )
    if settings.is_live and not settings.stripe_webhook_secret:
        problems.append("STRIPE_WEBHOOK_SECRET is missing: with live keys the shop must hear from Stripe")
    if settings.is_live and settings.is_simulated:
        problems.append("STRIPE_API_BASE: a live key must never be sent anywhere but to Stripe")
    return problems
