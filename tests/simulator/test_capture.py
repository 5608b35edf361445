"""Money is reserved first and captured later, where a seller asks for it."""

from typing import Any

import httpx
import pytest
import stripe

from tests.simulator.payments import an_intent, event_types, pay, read


@pytest.fixture
async def reserved(client: stripe.StripeClient) -> Any:
    intent = await client.v1.payment_intents.create_async(an_intent(capture_method="manual"))
    assert intent.payment_method_types == ["card"]
    return await pay(client, intent)


async def test_reserved_money_is_captured(
    client: stripe.StripeClient, http: httpx.AsyncClient, reserved: Any
) -> None:
    assert (reserved.status, reserved.amount_capturable, reserved.amount_received) == (
        "requires_capture",
        2590,
        0,
    )
    assert (reserved.latest_charge.paid, reserved.latest_charge.captured) == (True, False)
    assert reserved.latest_charge.balance_transaction is None
    captured = await client.v1.payment_intents.capture_async(reserved.id)
    assert (captured.status, captured.amount_capturable, captured.amount_received) == ("succeeded", 0, 2590)
    assert (await event_types(http, reserved))[-4:] == [
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.capture_async(reserved.id)
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_a_part_is_captured_and_no_more_is_refunded(client: stripe.StripeClient, reserved: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.capture_async(reserved.id, {"amount_to_capture": 2591})
    assert refused.value.code == "amount_too_large"
    captured = await client.v1.payment_intents.capture_async(reserved.id, {"amount_to_capture": 1000})
    assert (captured.amount, captured.amount_received) == (2590, 1000)
    refund = await client.v1.refunds.create_async({"payment_intent": reserved.id})
    assert refund.amount == 1000
    assert (await read(client, reserved)).latest_charge.refunded


async def test_reserved_money_is_released(
    client: stripe.StripeClient, http: httpx.AsyncClient, reserved: Any
) -> None:
    cancelled = await client.v1.payment_intents.cancel_async(reserved.id)
    assert (cancelled.status, cancelled.amount_capturable) == ("canceled", 0)
    assert (await read(client, reserved)).latest_charge.refunded
    assert (await event_types(http, reserved))[-2:] == ["charge.refunded", "payment_intent.canceled"]
