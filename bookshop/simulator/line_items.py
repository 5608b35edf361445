"""What a Checkout Session sells, line by line."""

from typing import Any

from bookshop.money import Money
from bookshop.simulator.errors import invalid
from bookshop.simulator.objects import Object, new_id
from bookshop.simulator.params import (
    MINIMUMS,
    Params,
    allow_inside,
    read_currency,
    read_integer,
    read_object,
    require,
)


def read_items(params: Params) -> list[Object]:
    """The things for sale, all in one currency."""
    said = params.get("line_items")
    if not said:
        raise invalid("Missing required param: line_items.", "parameter_missing", "line_items")
    if not isinstance(said, list):
        raise invalid("Invalid array", param="line_items")
    items = [read_item(each, f"line_items[{index}]") for index, each in enumerate(said)]
    currency = items[0]["currency"]
    if any(item["currency"] != currency for item in items):
        raise invalid("All line items must have the same currency.", param="line_items")
    least, _ = MINIMUMS.get(currency, (1, ""))
    if sum(item["amount_total"] for item in items) < least:
        amount = Money(least, currency.upper())
        raise invalid(
            f"The Checkout Session's total amount due must add up to at least {amount} {currency}",
            "amount_too_small",
        )
    return items


def read_item(said: Any, outer: str) -> Object:
    """One thing for sale."""
    item = read_object({outer: said}, outer)
    allow_inside(item, outer, "price_data", "quantity")
    price = read_object(item, "price_data")
    inner = f"{outer}[price_data]"
    allow_inside(price, inner, "currency", "product_data", "tax_behavior", "unit_amount")
    product = read_object(price, "product_data")
    allow_inside(product, f"{inner}[product_data]", "description", "images", "metadata", "name")
    for holder, name, full in (
        (price, "currency", f"{inner}[currency]"),
        (price, "unit_amount", f"{inner}[unit_amount]"),
        (product, "name", f"{inner}[product_data][name]"),
        (item, "quantity", f"{outer}[quantity]"),
    ):
        require({full: holder.get(name)}, full)
    amount = read_integer(price, "unit_amount", at_least=0)
    return new_item(require(product, "name"), read_currency(price), amount, read_integer(item, "quantity"))


def new_item(name: str, currency: str, unit_amount: int, quantity: int) -> Object:
    """One line of a session."""
    amount = unit_amount * quantity
    price = {
        "id": new_id("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "product": new_id("prod_", 14),
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }
    return {
        "id": new_id("li_1"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": name,
        "price": price,
        "quantity": quantity,
    }
