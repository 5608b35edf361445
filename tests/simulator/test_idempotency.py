"""A request that is repeated under its key takes effect once."""

import asyncio
import re
from uuid import uuid4

import httpx
import pytest
import stripe

from tests.payments.stripe_account import SECRET_KEY
from tests.processes import Process
from tests.simulator.payments import (
    RETURN_URL,
    an_intent,
)


async def test_the_same_key_has_the_same_response(client: stripe.StripeClient) -> None:
    key = uuid4().hex
    first, second = [
        await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key}) for _ in range(2)
    ]
    assert first.id == second.id
    assert first.last_response is not None
    assert second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert re.fullmatch("req_[0-9A-Za-z]{14}", str(second.last_response.request_id))


async def test_a_decline_is_repeated_too(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            await client.v1.payment_intents.confirm_async(
                intent.id,
                {"payment_method": "pm_card_visa_chargeDeclined", "return_url": RETURN_URL},
                {"idempotency_key": f"pay-{intent.id}"},
            )
    assert len((await client.v1.charges.list_async({"payment_intent": intent.id})).data) == 1


async def test_a_key_belongs_to_one_request(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    key = uuid4().hex
    await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError) as conflict:
        await client.v1.payment_intents.create_async(an_intent(amount=900), {"idempotency_key": key})
    assert conflict.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.payment_intents.cancel_async(intent.id, {}, {"idempotency_key": key})


async def test_a_refused_request_may_be_corrected_under_its_key(client: stripe.StripeClient) -> None:
    key = uuid4().hex
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.create_async(an_intent(amount=1), {"idempotency_key": key})
    put_right = await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    assert put_right.amount == 2590


async def test_a_key_is_busy_while_its_request_is_under_way(
    simulator: Process, client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    key = uuid4().hex
    body = b"amount=2590&currency=sgd"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(simulator.url.rsplit(":", 1)[1]))
    head = [
        "POST /v1/payment_intents HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {SECRET_KEY}",
        f"Idempotency-Key: {key}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    before = await count_requests(http)
    writer.write("\r\n".join([*head, "", ""]).encode() + body[:5])
    while await count_requests(http) == before:
        pass
    # the library has an IdempotencyError for 400 only
    with pytest.raises(stripe.APIError) as busy:
        await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    assert busy.value.http_status == 409
    assert "idempotency_key_in_use" in str(busy.value.http_body)
    writer.write(body[5:])
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


async def count_requests(http: httpx.AsyncClient) -> int:
    return len((await http.get("/_control/requests")).json())


async def test_the_order_of_parameters_has_no_meaning(http: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Idempotency-Key": uuid4().hex}
    forms = ["amount=2590&currency=sgd&metadata[a]=1&metadata[b]=2"]
    forms.append("&".join(forms[0].split("&")[::-1]))
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    first, second = [await http.post("/v1/payment_intents", content=form, headers=headers) for form in forms]
    assert first.json()["id"] == second.json()["id"]
