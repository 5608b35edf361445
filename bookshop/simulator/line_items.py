"""The line items of a Checkout Session."""

from typing import Any

from bookshop.money import max_charge, min_charge
from bookshop.simulator.account import Account
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.line_item import new_line_item
from bookshop.simulator.pagination import paginate
from bookshop.simulator.params import Params, check_nested_names, read_integer, read_object, require
from bookshop.simulator.payment_params import read_currency


def read_line_items(params: Params, created: int) -> list[StripeObject]:
    """Read the line items, all in one currency and together an amount that can be charged."""
    sent = params.get("line_items")
    if not sent:
        raise invalid_request("Missing required param: line_items.", "parameter_missing", "line_items")
    if not isinstance(sent, list):
        raise invalid_request("Invalid array", param="line_items")
    items = [read_line_item(one, f"line_items[{index}]", created) for index, one in enumerate(sent)]
    currency = items[0]["currency"]
    if any(item["currency"] != currency for item in items):
        raise invalid_request("All line items must have the same currency.", param="line_items")
    check_total(sum(item["amount_total"] for item in items), currency)
    return items


def read_line_item(sent: Any, outer: str, created: int) -> StripeObject:
    """Read the line item whose parameters are inside `outer`."""
    item = read_object({outer: sent}, outer)
    check_nested_names(item, outer, "price_data", "quantity")
    price = read_object(item, "price_data")
    inner = f"{outer}[price_data]"
    check_nested_names(price, inner, "currency", "product_data", "tax_behavior", "unit_amount")
    product = read_object(price, "product_data")
    check_nested_names(product, f"{inner}[product_data]", "description", "images", "metadata", "name")
    for holder, name, full in (
        (price, "currency", f"{inner}[currency]"),
        (price, "unit_amount", f"{inner}[unit_amount]"),
        (product, "name", f"{inner}[product_data][name]"),
        (item, "quantity", f"{outer}[quantity]"),
    ):
        require({full: holder.get(name)}, full)
    amount = read_integer(price, "unit_amount", at_least=0)
    name, currency, quantity = require(product, "name"), read_currency(price), read_integer(item, "quantity")
    return new_line_item(name, currency, amount, quantity, created)


def check_total(amount: int, currency: str) -> None:
    least, most = min_charge(currency.upper()), max_charge(currency.upper())
    if amount < least.minor:
        raise invalid_request(
            f"The Checkout Session's total amount due must add up to at least {least} {currency}",
            "amount_too_small",
        )
    if amount > most.minor:
        raise invalid_request(
            f"The Checkout Session's total amount due must be no more than {most}", "amount_too_large"
        )


def list_line_items(account: Account, session_id: str, params: Params) -> StripeObject:
    """Return a page of a session's line items, in the order in which they were sent."""
    items = account.line_items[session_id][::-1]
    return paginate(f"/v1/checkout/sessions/{session_id}/line_items", items, params)
