"""What may be sent about a payment, and how it is read."""

import re
from collections.abc import Mapping
from typing import Any

from babel.numbers import is_currency

from bookshop.simulator.errors import invalid

Params = Mapping[str, Any]

# Stripe charges no less than this in each currency, in minor units, and says it so
MINIMUMS = {
    "aud": (50, "A$0.50"),
    "eur": (50, "€0.50"),
    "gbp": (30, "£0.30"),
    "jpy": (50, "¥50"),
    "sgd": (50, "S$0.50"),
    "usd": (50, "$0.50"),
}
MOST = 99_999_999
INTEGER = re.compile("-?[0-9]{1,12}")
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def allow(params: Params, *names: str) -> None:
    """Refuse what Stripe does not take here."""
    if "payment_method_types" in params:
        raise invalid(
            "The payment_method_types parameter is no longer supported. Use allowed_payment_method_types.",
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        )
    for name in params:
        if name not in names:
            raise invalid(f"Received unknown parameter: {name}", "parameter_unknown", name)


def require(params: Params, name: str) -> str:
    """A parameter that cannot be left out."""
    value = params.get(name)
    if value in (None, ""):
        raise invalid(f"Missing required param: {name}.", "parameter_missing", name)
    return as_text(value, name)


def as_text(value: Any, name: str) -> str:
    """A parameter that is no object."""
    if not isinstance(value, str):
        raise invalid("Invalid string", param=name)
    return value


def read_text(params: Params, name: str) -> str | None:
    """Some words, or None: an empty string takes a value away."""
    return as_text(params.get(name, ""), name) or None


def read_integer(params: Params, name: str, at_least: int = 1) -> int:
    """A whole number that is not too small."""
    text = require(params, name)
    if not INTEGER.fullmatch(text):
        raise invalid(f"Invalid integer: {text}", "parameter_invalid_integer", name)
    if int(text) < at_least:
        message = f"This value must be greater than or equal to {at_least}."
        raise invalid(message, "parameter_invalid_integer", name)
    return int(text)


def read_amount(params: Params, currency: str) -> int:
    """An amount in minor units that Stripe would charge."""
    amount = read_integer(params, "amount")
    least, in_words = MINIMUMS.get(currency, (1, "1"))
    if amount < least:
        raise invalid(f"Amount must be at least {in_words} {currency}", "amount_too_small", "amount")
    if amount > MOST:
        raise invalid(f"Amount must be no more than {MOST}", "amount_too_large", "amount")
    return amount


def read_currency(params: Params) -> str:
    """A currency in Stripe's small letters."""
    currency = require(params, "currency").lower()
    if not is_currency(currency.upper()):
        raise invalid(f"Invalid currency: {currency}.", param="currency")
    return currency


def read_email(params: Params, name: str) -> str | None:
    """Where the receipt goes."""
    email = read_text(params, name)
    if email and "@" not in email:
        raise invalid(f"Invalid email address: {email}", "email_invalid", name)
    return email


def read_object(params: Params, name: str) -> dict[str, Any]:
    """A nested object; an empty string is an empty one."""
    value = params.get(name) or {}
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=name)
    return value


def read_shipping(params: Params) -> dict[str, Any] | None:
    """Where the goods go, as Stripe writes it."""
    shipping = read_object(params, "shipping")
    if not shipping:
        return None
    allow_inside(shipping, "shipping", "address", "carrier", "name", "phone", "tracking_number")
    address = read_object(shipping, "address")
    allow_inside(address, "shipping[address]", *ADDRESS)
    if not shipping.get("name"):
        raise invalid("Missing required param: shipping[name].", "parameter_missing", "shipping[name]")
    return {
        "address": read_address(address),
        "carrier": read_text(shipping, "carrier"),
        "name": read_text(shipping, "name"),
        "phone": read_text(shipping, "phone"),
        "tracking_number": read_text(shipping, "tracking_number"),
    }


def read_billing(params: Params) -> dict[str, Any]:
    """Whose card it is, as Stripe writes it."""
    billing = read_object(params, "billing_details")
    texts = {name: read_text(billing, name) for name in ("email", "name", "phone", "tax_id")}
    return {"address": read_address(read_object(billing, "address")), **texts}


def read_address(params: Params) -> dict[str, str | None]:
    """A postal address with null for what was not said."""
    return {name: read_text(params, name) for name in ADDRESS}


def read_metadata(params: Params, known: Mapping[str, str]) -> dict[str, str]:
    """The notes on an object, changed: an empty string takes one away, and all of them."""
    if params.get("metadata") == "":
        return {}
    changes = read_object(params, "metadata")
    texts = {name: as_text(value, f"metadata[{name}]") for name, value in changes.items()}
    return {name: value for name, value in {**known, **texts}.items() if value}


def read_choice(params: Params, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    value = require(params, name)
    if value not in choices:
        raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return value


def read_list(params: Params, name: str) -> list[str]:
    """A list of words; a single word is a list of one."""
    value = params.get(name, [])
    values = value if isinstance(value, list) else [value]
    return [as_text(each, name) for each in values]


def is_true(params: Params, name: str) -> bool:
    """A yes or no; no when it is not said."""
    value = params.get(name, "false")
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def allow_inside(params: Params, outer: str, *names: str) -> None:
    """Refuse what Stripe does not take inside an object."""
    for name in params:
        if name not in names:
            full = f"{outer}[{name}]"
            raise invalid(f"Received unknown parameter: {full}", "parameter_unknown", full)
