"""PaymentIntents are created, updated and cancelled as at Stripe."""

import re
from typing import Any

import httpx
import pytest
import stripe
from stripe.params import PaymentIntentUpdateParams

from tests.simulator.payments import (
    RETURN_URL,
    Shopper,
    an_intent,
    event_types,
    finish_processing,
    pay,
    read,
)


async def test_a_new_intent_waits_for_a_card(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    assert re.fullmatch("pi_3[0-9A-Za-z]{24}", intent.id)
    assert re.fullmatch(intent.id + "_secret_[0-9A-Za-z]{25}", str(intent.client_secret))
    assert (intent.status, intent.amount, intent.currency) == ("requires_payment_method", 2590, "sgd")
    assert (intent.livemode, intent.amount_received, intent.latest_charge) == (False, 0, None)
    assert await event_types(http, intent) == ["payment_intent.created"]


async def test_an_intent_may_be_created_and_paid_at_once(client: stripe.StripeClient) -> None:
    params = an_intent(confirm=True, payment_method="pm_card_visa", return_url=RETURN_URL)
    assert (await client.v1.payment_intents.create_async(params)).status == "succeeded"


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 199, "currency": "myr"}, "amount_too_small", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": "25.90"}, "parameter_invalid_integer", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": ""}, "parameter_missing", "amount"),
        ({"currency": ""}, "parameter_missing", "currency"),
        ({"currency": "zzz"}, None, "currency"),
        ({"receipt_email": "nobody"}, "email_invalid", "receipt_email"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"shipping": {"name": "A", "addres": "1 Book Street"}}, "parameter_unknown", "shipping[addres]"),
        ({"shipping": {"address": {"line1": "1"}}}, "parameter_missing", "shipping[name]"),
    ],
)
async def test_an_invalid_parameter_is_refused_by_name(
    client: stripe.StripeClient, params: dict[str, Any], code: str | None, field: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.create_async(an_intent(**params))
    error = refused.value
    assert (error.http_status, error.code, error.param) == (400, code, field)


async def test_an_unpaid_intent_may_change(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> None:
    params: PaymentIntentUpdateParams = {"amount": 3000, "metadata": {"order": "A1", "note": "x"}}
    await client.v1.payment_intents.update_async(intent.id, params)
    changed = await client.v1.payment_intents.update_async(intent.id, {"metadata": {"note": ""}})
    assert changed.amount == 3000
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"order": "A1"}


async def test_a_challenge_for_another_amount_is_void(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000002500003155")
    changed = await client.v1.payment_intents.update_async(intent.id, {"amount": 3000})
    assert changed.status == "requires_confirmation"
    assert (await shopper.end_challenge("complete")).status_code == 400


async def test_a_decided_payment_stays_as_it_is(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent)
    intents = client.v1.payment_intents
    for attempt in (
        pay(client, intent),
        intents.update_async(intent.id, {"amount": 3000}),
        intents.cancel_async(intent.id),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await attempt
        assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
    assert (await read(client, intent)).amount == 2590


@pytest.mark.parametrize("card", [None, "4000000000000002", "4000002500003155"])
async def test_an_unpaid_intent_may_be_cancelled(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    card: str | None,
) -> None:
    if card:
        await shopper.pay(card)
    cancelled = await client.v1.payment_intents.cancel_async(intent.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert cancelled.canceled_at
    assert (await event_types(http, intent))[-1] == "payment_intent.canceled"
    assert (await shopper.pay("4242424242424242")).status_code == 400


async def test_a_payment_in_processing_cannot_be_cancelled(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent, "pm_card_processing")
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.cancel_async(intent.id)
    await finish_processing(http, intent, "succeeded")
