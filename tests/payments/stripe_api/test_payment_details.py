"""What Stripe knows of a shopper is found in whichever field it is."""

from typing import Any

import pytest

from bookshop.payments.stripe_api.payment_details import read_details
from tests.payments.stripe_api.test_objects import CHARGE, an_intent

OWN = {"name": "Of the order", "email": "order@example.com"}
SHIPPING = {"name": "Of the parcel", "address": {"line1": "8 Example Walk", "line2": None}}
BILLING = {"name": "Of the card", "email": "card@example.com"}


@pytest.mark.parametrize(
    ("metadata", "shipping", "receipt", "billing", "name", "email"),
    [
        (OWN, SHIPPING, "receipt@example.com", BILLING, "Of the order", "order@example.com"),
        ({}, SHIPPING, "receipt@example.com", BILLING, "Of the parcel", "receipt@example.com"),
        ({}, None, None, BILLING, "Of the card", "card@example.com"),
        ({}, None, None, {}, "", ""),
    ],
)
def test_the_shopper_is_named_by_the_first_field_that_is_set(
    metadata: dict[str, str], shipping: Any, receipt: str | None, billing: Any, name: str, email: str
) -> None:
    charge = {**CHARGE, "created": 2, "billing_details": billing}
    more = {"metadata": metadata, "shipping": shipping, "receipt_email": receipt, "latest_charge": charge}
    found = read_details(an_intent(created=1, **more))
    assert (found.name, found.email) == (name, email)
    assert found.address == ("8 Example Walk" if shipping else "")
