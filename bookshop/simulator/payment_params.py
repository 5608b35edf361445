"""Parameters that describe a payment: amount, currency, email and addresses."""

from typing import Any

from babel.numbers import is_currency

from bookshop.money import max_charge, min_charge
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.params import (
    Params,
    check_nested_names,
    read_integer,
    read_object,
    read_text,
    require,
)

BILLING_TEXTS = ("email", "name", "phone", "tax_id")
ADDRESS_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")


def read_amount(params: Params, currency: str) -> int:
    """Read an amount in minor units that Stripe would charge."""
    amount = read_integer(params, "amount")
    least, most = min_charge(currency.upper()), max_charge(currency.upper())
    if amount < least.minor:
        raise invalid_request(f"Amount must be at least {least} {currency}", "amount_too_small", "amount")
    if amount > most.minor:
        raise invalid_request(f"Amount must be no more than {most}", "amount_too_large", "amount")
    return amount


def read_currency(params: Params) -> str:
    """Read a currency code, in lower case as Stripe writes it."""
    currency = require(params, "currency").lower()
    if not is_currency(currency.upper()):
        raise invalid_request(f"Invalid currency: {currency}.", param="currency")
    return currency


def read_email(params: Params, name: str) -> str | None:
    email = read_text(params, name)
    if email and "@" not in email:
        raise invalid_request(f"Invalid email address: {email}", "email_invalid", name)
    return email


def read_shipping(params: Params) -> dict[str, Any] | None:
    shipping = read_object(params, "shipping")
    if not shipping:
        return None
    check_nested_names(shipping, "shipping", "address", "carrier", "name", "phone", "tracking_number")
    address = read_object(shipping, "address")
    check_nested_names(address, "shipping[address]", *ADDRESS_FIELDS)
    if not shipping.get("name"):
        raise invalid_request(
            "Missing required param: shipping[name].", "parameter_missing", "shipping[name]"
        )
    texts = {name: read_text(shipping, name) for name in ("carrier", "name", "phone", "tracking_number")}
    return {"address": read_address(address), **texts}


def read_billing(params: Params) -> dict[str, Any]:
    billing = read_object(params, "billing_details")
    check_nested_names(billing, "billing_details", "address", *BILLING_TEXTS)
    texts = {name: read_text(billing, name) for name in BILLING_TEXTS}
    return {"address": read_address(read_object(billing, "address")), **texts}


def read_address(params: Params) -> dict[str, str | None]:
    return {name: read_text(params, name) for name in ADDRESS_FIELDS}
