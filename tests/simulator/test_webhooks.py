"""The simulator's webhooks are what Stripe's own library takes for Stripe's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bookshop.simulator.app import SimulatorConfig, create_simulator
from tests.payments.stripe_account import SECRET_KEY
from tests.processes import SIMULATOR_SECRET, Process, free_port, running_simulator
from tests.simulator.listener import Shop, opened


@pytest.fixture
async def telling(closed_shop: Shop, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A simulator that tells the shop of everything."""
    with running_simulator(tmp_path / "log", free_port(), closed_shop.port) as process:
        async with connected(process) as client:
            yield client


@asynccontextmanager
async def connected(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    async with httpx.AsyncClient(base_url=process.url, headers=headers) as client:
        yield client


async def create(simulator: httpx.AsyncClient) -> str:
    form = {"amount": "2590", "currency": "sgd"}
    intent_id: str = (await simulator.post("/v1/payment_intents", data=form)).json()["id"]
    return intent_id


async def test_events_are_signed_and_whole(telling: httpx.AsyncClient, shop: Shop) -> None:
    intent_id = await create(telling)
    event = await shop.take()
    assert (event.type, event.api_version, event.livemode) == (
        "payment_intent.created",
        "2026-10-28.endive",
        False,
    )
    assert event.data.object["id"] == intent_id
    assert event.request is not None
    assert str(event.request.id).startswith("req_")


async def test_an_event_shows_its_object_as_it_was_then(telling: httpx.AsyncClient, shop: Shop) -> None:
    intent_id = await create(telling)
    await telling.post(f"/v1/payment_intents/{intent_id}/cancel")
    told = [await shop.take(), await shop.take()]
    assert {event.type: event.data.object["status"] for event in told} == {
        "payment_intent.created": "requires_payment_method",
        "payment_intent.canceled": "canceled",
    }


async def test_what_the_shop_could_not_take_is_sent_again(telling: httpx.AsyncClient, shop: Shop) -> None:
    shop.statuses = ["500 Internal Server Error", "302 Found"]
    await create(telling)
    tries = [await shop.take() for _ in range(3)]
    assert len({event.id for event in tries}) == 1


async def test_a_shop_that_was_closed_hears_of_it_later(
    telling: httpx.AsyncClient, closed_shop: Shop
) -> None:
    intent_id = await create(telling)
    async with opened(closed_shop):
        assert (await closed_shop.take()).data.object["id"] == intent_id


async def test_an_event_that_waits_holds_up_no_other(telling: httpx.AsyncClient, shop: Shop) -> None:
    shop.free.clear()
    await create(telling)
    waiting = await shop.take()
    second = await create(telling)
    assert (await shop.take()).data.object["id"] == second
    assert (await telling.get(f"/v1/events/{waiting.id}")).json()["pending_webhooks"] == 1
    shop.free.set()


async def test_a_delivered_event_can_be_sent_again(telling: httpx.AsyncClient, shop: Shop) -> None:
    await create(telling)
    event = await shop.take()
    replay = await telling.post("/_control/webhooks/replay", data={"event": event.id})
    assert replay.status_code == 200
    assert (await shop.take()).id == event.id
    assert (await telling.post("/_control/webhooks/replay", data={"event": "evt_x"})).status_code == 404


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        ("pm_card_processing", "payment_intent.succeeded"),
        ("pm_card_processingFail", "payment_intent.payment_failed"),
    ],
)
async def test_a_slow_payment_ends_by_itself(shop: Shop, method: str, outcome: str) -> None:
    config = SimulatorConfig(f"http://127.0.0.1:{shop.port}/", SIMULATOR_SECRET, processing_seconds=0)
    form = {"amount": "2590", "currency": "sgd", "confirm": "true", "payment_method": method}
    async with create_simulator(config).test_app() as running:
        await running.test_client().post(
            "/v1/payment_intents",
            form={**form, "return_url": "https://books.example/"},
            headers={"Authorization": f"Bearer {SECRET_KEY}"},
        )
        told = {(await shop.take()).type for _ in range(5)}
    assert {"payment_intent.processing", "charge.pending", outcome} < told
