"""Read the settings, and report everything that is wrong with them at once."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar, cast

from dotenv import dotenv_values

from bookshop import money
from bookshop.settings import parsers
from bookshop.settings.live_rules import find_dangers
from bookshop.settings.misspelt import find_misspelt
from bookshop.settings.settings import SETTING_NAMES, STRIPE_API, STRIPE_JS, Settings, is_live_key
from bookshop.settings.signing_keys import parse_signing_keys
from bookshop.settings.smtp_server import parse_smtp_url
from bookshop.settings.web_address import parse_origin, parse_page, parse_url

T = TypeVar("T")
# set by `bookshop --env-file`
ENV_FILE_VARIABLE = "BOOKSHOP_ENV_FILE"
# stands for an invalid value until InvalidSettings is raised
INVALID = ""


class InvalidSettings(Exception):
    """The shop cannot start with these settings; `errors` has one line for each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def settings_or_exit(defaults: Mapping[str, str] | None = None) -> Settings:
    """Load the settings and warn of misspelt names, or exit with a line for each error."""
    environment = read_environment_or_exit()
    for warning in find_misspelt(environment):
        sys.stderr.write(f"bookshop: {warning}\n")
    try:
        return read_settings({**(defaults or {}), **environment})
    except InvalidSettings as invalid:
        exit_with_errors(invalid)


def read_environment_or_exit() -> dict[str, str]:
    """Return the environment over `.env`, or exit with one line."""
    try:
        return read_environment()
    except InvalidSettings as invalid:
        exit_with_errors(invalid)


def exit_with_errors(invalid: InvalidSettings) -> NoReturn:
    lines = [f"bookshop: {error}" for error in invalid.errors]
    if any("is missing" in error for error in invalid.errors):
        file = env_file().absolute()
        lines.append(f"bookshop: settings come from the environment and {file}{describe_absence(file)}")
    sys.exit("\n".join(lines))


def describe_absence(file: Path) -> str:
    return "" if file.exists() else ", which does not exist"


def load_settings(defaults: Mapping[str, str] | None = None) -> Settings:
    """Load the environment over `.env` over the defaults; raises InvalidSettings."""
    return read_settings({**(defaults or {}), **read_environment()})


def read_environment() -> dict[str, str]:
    """Return the environment over `.env`; raises InvalidSettings if that cannot be read."""
    file = env_file()
    try:
        dotenv = {name: value for name, value in dotenv_values(file).items() if value}
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise InvalidSettings([f"{file.absolute()} cannot be read: {reason}"]) from None
    return {**dotenv, **os.environ}


def dump_settings() -> str:
    """Return all settings that are set, secrets included, as the text of a `.env`."""
    return format_env(read_set_values())


def read_set_values() -> dict[str, str]:
    """Return the settings that are set, without the rest of the environment."""
    return {name: value for name, value in read_environment_or_exit().items() if name in SETTING_NAMES}


def format_env(values: Mapping[str, str]) -> str:
    """Return the text of a `.env` that has these values."""
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in values.items()}
    return "".join(f"{name}='{value}'\n" for name, value in quoted.items())


def env_file() -> Path:
    """Return `.env` in the current folder, or the file that was given instead."""
    return Path(os.environ.get(ENV_FILE_VARIABLE, ".env"))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Parse every variable; raises InvalidSettings."""
    reader = Reader(environ)
    read = reader.read
    currency = read("SHOP_CURRENCY", "SGD", parsers.parse_currency)
    country = read("SHOP_COUNTRY", "SG", parsers.parse_country)
    settings = Settings(
        stripe_secret_key=read("STRIPE_SECRET_KEY", None, parsers.parse_secret_key),
        stripe_publishable_key=read("STRIPE_PUBLISHABLE_KEY", None, parsers.parse_publishable_key),
        stripe_webhook_secret=read("STRIPE_WEBHOOK_SECRET", "", parsers.parse_webhook_secrets),
        stripe_api_base=read("STRIPE_API_BASE", STRIPE_API, parse_url),
        stripe_js_url=read("STRIPE_JS_URL", STRIPE_JS, parse_url),
        database_url=read("DATABASE_URL", "sqlite:///var/bookshop.db", parsers.parse_database_url),
        covers_dir=read("COVERS_DIR", "var/covers", Path),
        backups_dir=read("BACKUPS_DIR", "var/backups", Path),
        download_covers=read("DOWNLOAD_COVERS", "0", parsers.parse_switch),
        secret_key=read("SECRET_KEY", None, parse_signing_keys),
        reservation_minutes=read("RESERVATION_MINUTES", "30", parsers.parse_minutes),
        sweep_seconds=read("SWEEP_SECONDS", "15", parsers.parse_seconds),
        max_orders_per_hour=read("MAX_ORDERS_PER_HOUR", "60", parsers.parse_positive),
        max_unpaid_orders=read("MAX_UNPAID_ORDERS", "40", parsers.parse_positive),
        max_unpaid_copies=read("MAX_UNPAID_COPIES", "100", parsers.parse_positive),
        max_failed_payments=read("MAX_FAILED_PAYMENTS", "8", parsers.parse_positive),
        trusted_proxies=read("TRUSTED_PROXIES", "0", parsers.parse_count),
        log_format=read("LOG_FORMAT", "plain", parsers.parse_log_format),
        shop_name=read("SHOP_NAME", "Bookshop", str),
        shop_url=read("SHOP_URL", "http://localhost:5000", parse_origin),
        hsts_subdomains=read("HSTS_SUBDOMAINS", "0", parsers.parse_switch),
        shop_currency=currency,
        shop_country=country,
        shop_timezone=read("SHOP_TIMEZONE", "Asia/Singapore", parsers.parse_timezone),
        shop_email=read("SHOP_EMAIL", "", parsers.parse_email),
        shop_address=read("SHOP_ADDRESS", "", str),
        shop_hours=read("SHOP_HOURS", "", str),
        terms_url=read("TERMS_URL", "", parse_page),
        privacy_url=read("PRIVACY_URL", "", parse_page),
        legal_notice_url=read("LEGAL_NOTICE_URL", "", parse_page),
        shop_delivery_fee=read(
            "SHOP_DELIVERY_FEE", "4.00", lambda text: money.parse(text, currency or "SGD")
        ),
        shop_delivery_countries=read("SHOP_DELIVERY_COUNTRIES", country or "SG", parsers.parse_countries),
        smtp_url=read("SMTP_URL", "", parse_smtp_url),
        mail_from=read("MAIL_FROM", "", parsers.parse_mail_address),
        mail_reply_to=read("MAIL_REPLY_TO", "", parsers.parse_mail_address),
        mail_bounces=read("MAIL_BOUNCES", "", parsers.parse_mail_address),
        mail_new_orders=read("MAIL_NEW_ORDERS", "1", parsers.parse_switch),
        mail_reviews=read("MAIL_REVIEWS", "1", parsers.parse_switch),
        dkim_selector=read("DKIM_SELECTOR", "", parsers.parse_dkim_selector),
        dns_server=read("DNS_SERVER", "", parsers.parse_dns_server),
    )
    if errors := reader.errors or find_contradictions(settings):
        raise InvalidSettings(errors)
    return settings


class Reader:
    """Reads variables and collects the errors."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.errors: list[str] = []

    def read(self, name: str, default: str | None, parse: Callable[[str], T]) -> T:
        """Parse a variable or its default; without a default it is required."""
        text = self.environ.get(name, "").strip() or default
        if text is None:
            self.errors.append(f"{name} is missing: set it in the environment or in .env (see sample.env)")
            return cast(T, INVALID)
        try:
            return parse(text)
        except ValueError as error:
            self.errors.append(f"{name}: {error}")
            return cast(T, INVALID)


def find_contradictions(settings: Settings) -> list[str]:
    """Return an error for each pair of settings that are valid alone and not together."""
    secret_is_live, publishable_is_live = (
        is_live_key(key) for key in (settings.stripe_secret_key, settings.stripe_publishable_key)
    )
    errors = []
    if secret_is_live != publishable_is_live:
        errors.append("STRIPE_PUBLISHABLE_KEY: one of the two Stripe keys is live and the other is for tests")
    if settings.smtp_url and not settings.mail_from:
        errors.append("MAIL_FROM is missing: SMTP_URL needs the address that mail comes from")
    return [*errors, *(find_dangers(settings) if settings.is_live else ())]
