"""Forms are read as Stripe's own library writes them."""

from typing import Any

import pytest
from stripe._encode import _api_encode

from bookshop.simulator.errors import StripeError
from bookshop.simulator.forms import parse_form


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"amount": "1500", "currency": "sgd"},
        {"metadata": {"order": "BK-1", "note": ""}},
        {"expand": ["latest_charge", "payment_method"]},
        {"shipping": {"name": "Ann", "address": {"line1": "1 Book Street", "country": "SG"}}},
        {"items": [{"sku": "a", "sizes": ["s", "m"]}, {"sku": "b"}]},
    ],
)
def test_what_the_library_writes_is_read_back(params: dict[str, Any]) -> None:
    assert parse_form(_api_encode(params)) == params


def test_a_list_needs_no_numbers() -> None:
    assert parse_form([("expand[]", "a"), ("expand[]", "b")]) == {"expand": ["a", "b"]}


def test_a_list_keeps_the_order_of_its_numbers() -> None:
    numbered = [(f"expand[{n}]", str(n)) for n in (10, 9, 2, 0)]
    assert parse_form(numbered) == {"expand": ["0", "2", "9", "10"]}


@pytest.mark.parametrize("name", ["", "a[", "a]", "a[b", "a[b]c", "[a]", "a" + "[b]" * 100])
def test_an_invalid_name_is_refused(name: str) -> None:
    with pytest.raises(StripeError):
        parse_form([(name, "1")])


@pytest.mark.parametrize("names", [("a", "a[b]"), ("a[b]", "a"), ("a[b]", "a[b][c]")])
def test_a_value_cannot_be_an_object_as_well(names: tuple[str, str]) -> None:
    with pytest.raises(StripeError):
        parse_form([(name, "1") for name in names])
