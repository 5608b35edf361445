"""Stripe's own library accepts the responses of the API."""

import httpx
import pytest
import stripe

from tests.payments.stripe_account import SECRET_KEY
from tests.simulator.payments import RETURN_URL

# what Stripe's OpenAPI description and its library's types demand
REQUIRED = {
    "payment_intent": "amount capture_method confirmation_method created currency id livemode object "
    "payment_method_types status amount_capturable amount_received metadata",
    "charge": "amount amount_captured amount_refunded billing_details captured created currency disputed id "
    "livemode metadata object paid refunded status",
    "event": "created data id livemode object pending_webhooks type",
    "payment_method": "billing_details created id livemode object type",
    "list": "data has_more object url",
}


async def test_every_object_has_the_fields_that_stripe_promises(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    paid = await client.v1.payment_intents.confirm_async(
        intent.id,
        {
            "payment_method": "pm_card_visa",
            "return_url": RETURN_URL,
            "expand": ["latest_charge", "payment_method"],
        },
    )
    events = await client.v1.events.list_async()
    seen = [intent, paid, paid.latest_charge, paid.payment_method, events, events.data[0]]
    for obj in seen:
        assert isinstance(obj, stripe.StripeObject)
        fields = obj.to_dict()
        assert set(REQUIRED[fields["object"]].split()) <= set(fields)
    assert {obj.object for obj in seen} == set(REQUIRED)  # type: ignore[union-attr]  # checked above


@pytest.mark.parametrize(
    "path",
    ["payment_intents/pi_x", "charges/ch_x", "events/evt_x", "charges?payment_intent=pi_x", "refunnds"],
)
async def test_what_is_not_there_is_missing(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(f"/v1/{path}", headers={"Authorization": f"Bearer {SECRET_KEY}"})
    assert answer.status_code == 404
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("path", "form", "param"),
    [
        ("payment_intents", {"customer": "cus_x"}, "customer"),
        (
            "payment_intents",
            {"automatic_payment_methods[colour]": "red"},
            "automatic_payment_methods[colour]",
        ),
        ("payment_intents", {"payment_method_data[token]": "tok_visa"}, "payment_method_data[token]"),
        ("refunds", {"refund_application_fee": "true"}, "refund_application_fee"),
        ("checkout/sessions", {"discounts[0][coupon]": "x"}, "discounts"),
    ],
)
async def test_what_the_simulator_lacks_is_refused_by_name(
    http: httpx.AsyncClient, path: str, form: dict[str, str], param: str
) -> None:
    base = {"amount": "2590", "currency": "sgd"} if path == "payment_intents" else {}
    refused = await http.post(f"/v1/{path}", data={**base, **form}, auth=(SECRET_KEY, ""))
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["param"]) == (400, "parameter_unknown", param)
    assert "simulator" in error["message"]


async def test_an_address_that_the_simulator_lacks_is_refused(http: httpx.AsyncClient) -> None:
    refused = await http.post("/v1/customers", data={"email": "a@example.com"}, auth=(SECRET_KEY, ""))
    assert refused.status_code == 404
    assert "docs/simulator.md" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("metadata", "is_accepted"),
    [
        ({f"key{number}": "x" for number in range(50)}, True),
        ({f"key{number}": "x" for number in range(51)}, False),
        ({"k" * 40: "v" * 500}, True),
        ({"k" * 41: "v"}, False),
        ({"k": "v" * 501}, False),
    ],
)
async def test_metadata_is_limited(
    http: httpx.AsyncClient, metadata: dict[str, str], is_accepted: bool
) -> None:
    form = {f"metadata[{name}]": value for name, value in metadata.items()}
    made = await http.post(
        "/v1/payment_intents", data={"amount": "2590", "currency": "sgd", **form}, auth=(SECRET_KEY, "")
    )
    assert made.is_success is is_accepted
    if is_accepted:
        assert made.json()["metadata"] == metadata
    else:
        assert made.json()["error"]["param"].startswith("metadata")
