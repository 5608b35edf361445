"""More addresses may hear of events than the one the simulator was started with."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from tests.processes import Process, free_port, running_simulator
from tests.simulator.listener import Shop, opened


@pytest.fixture
def simulator(closed_shop: Shop, tmp_path: Path) -> Iterator[Process]:
    """A simulator of this test's own, which tells this test's shop."""
    with running_simulator(tmp_path / "log", free_port(), closed_shop.port) as process:
        yield process


@pytest.fixture
async def second_shop() -> AsyncIterator[Shop]:
    shop = Shop()
    async with opened(shop):
        yield shop


async def enrol(client: stripe.StripeClient, shop: Shop, *types: Any) -> Any:
    endpoint = await client.v1.webhook_endpoints.create_async(
        {"url": f"http://127.0.0.1:{shop.port}/", "enabled_events": list(types)}
    )
    shop.secret = str(endpoint.secret)
    return endpoint


async def create(client: stripe.StripeClient) -> str:
    intent = await client.v1.payment_intents.create_async({"amount": 2590, "currency": "sgd"})
    return intent.id


async def test_each_endpoint_hears_under_a_secret_of_its_own(
    client: stripe.StripeClient, shop: Shop, second_shop: Shop
) -> None:
    endpoint = await enrol(client, second_shop, "*")
    assert endpoint.secret.startswith("whsec_")
    intent_id = await create(client)
    first, second = await shop.take(), await second_shop.take()
    assert first.id == second.id
    assert first.pending_webhooks == 2
    assert second.data.object["id"] == intent_id


async def test_an_endpoint_hears_of_what_it_asked_for(
    client: stripe.StripeClient, shop: Shop, second_shop: Shop
) -> None:
    await enrol(client, second_shop, "payment_intent.canceled")
    await client.v1.payment_intents.cancel_async(await create(client))
    assert (await second_shop.take()).type == "payment_intent.canceled"
    assert {(await shop.take()).pending_webhooks for _ in range(2)} == {1, 2}


async def test_an_event_waits_for_those_who_have_not_taken_it(
    client: stripe.StripeClient, http: httpx.AsyncClient, shop: Shop, second_shop: Shop
) -> None:
    await enrol(client, second_shop, "*")
    second_shop.free.clear()
    await create(client)
    event = await shop.take()
    await second_shop.take()
    while (pending := (await client.v1.events.retrieve_async(event.id)).pending_webhooks) == 2:
        pass
    assert pending == 1
    second_shop.free.set()
    while (await client.v1.events.retrieve_async(event.id)).pending_webhooks:
        pass


async def test_an_endpoint_tries_again(client: stripe.StripeClient, shop: Shop, second_shop: Shop) -> None:
    await enrol(client, second_shop, "*")
    second_shop.statuses = ["500 Internal Server Error"]
    await create(client)
    assert (await second_shop.take()).id == (await second_shop.take()).id
    await shop.take()
    assert not shop.has_mail()


async def test_an_endpoint_may_be_taken_away(
    client: stripe.StripeClient, shop: Shop, second_shop: Shop
) -> None:
    endpoint = await enrol(client, second_shop, "*")
    endpoints = client.v1.webhook_endpoints
    (listed,) = (await endpoints.list_async()).data
    assert (listed.id, listed.status, "secret" in listed) == (endpoint.id, "enabled", False)
    assert (await endpoints.retrieve_async(endpoint.id)).url == endpoint.url
    assert (await endpoints.delete_async(endpoint.id)).deleted
    await create(client)
    assert (await shop.take()).pending_webhooks == 1
    assert not second_shop.has_mail()
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
async def test_an_endpoint_that_makes_no_sense_is_refused(
    client: stripe.StripeClient, params: Any, field: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.webhook_endpoints.create_async(params)
    assert (refused.value.http_status, refused.value.param) == (400, field)
