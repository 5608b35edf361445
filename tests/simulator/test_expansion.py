"""Ids in a response become the objects that they name."""

import pytest
import stripe

from tests.simulator.payments import pay


async def test_an_id_becomes_its_object_on_request(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent)
    bare = await client.v1.payment_intents.retrieve_async(intent.id)
    assert isinstance(bare.latest_charge, str)
    charge = await client.v1.charges.retrieve_async(bare.latest_charge, {"expand": ["payment_intent"]})
    assert isinstance(charge.payment_intent, stripe.PaymentIntent)
    listed = await client.v1.payment_intents.list_async({"limit": 1, "expand": ["data.latest_charge"]})
    assert isinstance(listed.data[0].latest_charge, stripe.Charge)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["amount"]})
