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
