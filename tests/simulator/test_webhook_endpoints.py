"""Created endpoints receive events, beside the configured address."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from tests.processes import Process, free_port, running_simulator
from tests.simulator.webhook_receiver import WebhookReceiver, listening


@pytest.fixture
def simulator(closed_receiver: WebhookReceiver, tmp_path: Path) -> Iterator[Process]:
    """A simulator for one test, which sends its events to the test's receiver."""
    with running_simulator(tmp_path / "log", free_port(), closed_receiver.port) as process:
        yield process


@pytest.fixture
async def second_receiver() -> AsyncIterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    async with listening(receiver):
        yield receiver


async def create_endpoint(client: stripe.StripeClient, receiver: WebhookReceiver, *types: Any) -> Any:
    endpoint = await client.v1.webhook_endpoints.create_async(
        {"url": f"http://127.0.0.1:{receiver.port}/", "enabled_events": list(types)}
    )
    receiver.secret = str(endpoint.secret)
    return endpoint


async def create(client: stripe.StripeClient) -> str:
    intent = await client.v1.payment_intents.create_async({"amount": 2590, "currency": "sgd"})
    return intent.id


async def test_each_endpoint_has_a_secret_of_its_own(
    client: stripe.StripeClient, receiver: WebhookReceiver, second_receiver: WebhookReceiver
) -> None:
    endpoint = await create_endpoint(client, second_receiver, "*")
    assert endpoint.secret.startswith("whsec_")
    intent_id = await create(client)
    first, second = await receiver.next_event(), await second_receiver.next_event()
    assert first.id == second.id
    assert first.pending_webhooks == 2
    assert second.data.object["id"] == intent_id


async def test_an_endpoint_receives_the_types_that_it_named(
    client: stripe.StripeClient, receiver: WebhookReceiver, second_receiver: WebhookReceiver
) -> None:
    await create_endpoint(client, second_receiver, "payment_intent.canceled")
    await client.v1.payment_intents.cancel_async(await create(client))
    assert (await second_receiver.next_event()).type == "payment_intent.canceled"
    assert {(await receiver.next_event()).pending_webhooks for _ in range(2)} == {1, 2}


async def test_an_event_is_pending_until_every_endpoint_accepts_it(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    receiver: WebhookReceiver,
    second_receiver: WebhookReceiver,
) -> None:
    await create_endpoint(client, second_receiver, "*")
    second_receiver.may_respond.clear()
    await create(client)
    event = await receiver.next_event()
    await second_receiver.next_event()
    while (pending := (await client.v1.events.retrieve_async(event.id)).pending_webhooks) == 2:
        pass
    assert pending == 1
    second_receiver.may_respond.set()
    while (await client.v1.events.retrieve_async(event.id)).pending_webhooks:
        pass


async def test_an_event_is_sent_to_an_endpoint_again(
    client: stripe.StripeClient, receiver: WebhookReceiver, second_receiver: WebhookReceiver
) -> None:
    await create_endpoint(client, second_receiver, "*")
    second_receiver.statuses = ["500 Internal Server Error"]
    await create(client)
    assert (await second_receiver.next_event()).id == (await second_receiver.next_event()).id
    await receiver.next_event()
    assert not receiver.has_events()


async def test_a_deleted_endpoint_receives_nothing(
    client: stripe.StripeClient, receiver: WebhookReceiver, second_receiver: WebhookReceiver
) -> None:
    endpoint = await create_endpoint(client, second_receiver, "*")
    endpoints = client.v1.webhook_endpoints
    (listed,) = (await endpoints.list_async()).data
    assert (listed.id, listed.status, "secret" in listed) == (endpoint.id, "enabled", False)
    assert (await endpoints.retrieve_async(endpoint.id)).url == endpoint.url
    assert (await endpoints.delete_async(endpoint.id)).deleted
    await create(client)
    assert (await receiver.next_event()).pending_webhooks == 1
    assert not second_receiver.has_events()
    with pytest.raises(stripe.InvalidRequestError):
        await endpoints.delete_async(endpoint.id)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"enabled_events": ["*"]}, "url"),
        ({"url": "shop", "enabled_events": ["*"]}, "url"),
        ({"url": "http://127.0.0.1/"}, "enabled_events"),
        ({"url": "http://127.0.0.1/", "enabled_events": ["*"], "api_version": "2020-08-27"}, "api_version"),
    ],
)
async def test_an_invalid_endpoint_is_refused(client: stripe.StripeClient, params: Any, field: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.webhook_endpoints.create_async(params)
    assert (refused.value.http_status, refused.value.param) == (400, field)
