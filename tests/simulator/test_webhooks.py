"""Stripe's own library accepts the simulator's webhooks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bookshop.simulator.app import SimulatorConfig, create_simulator
from tests.payments.stripe_account import SECRET_KEY
from tests.processes import SIMULATOR_SECRET, Process, free_port, running_simulator
from tests.simulator.webhook_receiver import WebhookReceiver, listening


@pytest.fixture
async def notifying(closed_receiver: WebhookReceiver, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a simulator that sends its events to the receiver."""
    with running_simulator(tmp_path / "log", free_port(), closed_receiver.port) as process:
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


async def test_events_are_signed_and_whole(notifying: httpx.AsyncClient, receiver: WebhookReceiver) -> None:
    intent_id = await create(notifying)
    event = await receiver.next_event()
    assert (event.type, event.api_version, event.livemode) == (
        "payment_intent.created",
        "2026-10-28.endive",
        False,
    )
    assert event.data.object["id"] == intent_id
    assert event.request is not None
    assert str(event.request.id).startswith("req_")


async def test_an_event_shows_its_object_as_it_was_then(
    notifying: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    intent_id = await create(notifying)
    await notifying.post(f"/v1/payment_intents/{intent_id}/cancel")
    events = [await receiver.next_event(), await receiver.next_event()]
    assert {event.type: event.data.object["status"] for event in events} == {
        "payment_intent.created": "requires_payment_method",
        "payment_intent.canceled": "canceled",
    }


async def test_an_event_that_is_not_accepted_is_sent_again(
    notifying: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    receiver.statuses = ["500 Internal Server Error", "302 Found"]
    await create(notifying)
    tries = [await receiver.next_event() for _ in range(3)]
    assert len({event.id for event in tries}) == 1


async def test_a_shop_that_was_down_receives_the_event_later(
    notifying: httpx.AsyncClient, closed_receiver: WebhookReceiver
) -> None:
    intent_id = await create(notifying)
    async with listening(closed_receiver):
        assert (await closed_receiver.next_event()).data.object["id"] == intent_id


async def test_an_event_that_waits_delays_no_other(
    notifying: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    receiver.may_respond.clear()
    await create(notifying)
    waiting = await receiver.next_event()
    second = await create(notifying)
    assert (await receiver.next_event()).data.object["id"] == second
    assert (await notifying.get(f"/v1/events/{waiting.id}")).json()["pending_webhooks"] == 1
    receiver.may_respond.set()


async def test_a_delivered_event_can_be_sent_again(
    notifying: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await create(notifying)
    event = await receiver.next_event()
    replay = await notifying.post("/_control/webhooks/replay", data={"event": event.id})
    assert replay.status_code == 200
    assert (await receiver.next_event()).id == event.id
    assert (await notifying.post("/_control/webhooks/replay", data={"event": "evt_x"})).status_code == 404


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        ("pm_card_processing", "payment_intent.succeeded"),
        ("pm_card_processingFail", "payment_intent.payment_failed"),
    ],
)
async def test_a_slow_payment_ends_by_itself(receiver: WebhookReceiver, method: str, outcome: str) -> None:
    config = SimulatorConfig(f"http://127.0.0.1:{receiver.port}/", SIMULATOR_SECRET, processing_seconds=0)
    form = {"amount": "2590", "currency": "sgd", "confirm": "true", "payment_method": method}
    async with create_simulator(config).test_app() as running:
        await running.test_client().post(
            "/v1/payment_intents",
            form={**form, "return_url": "https://books.example/"},
            headers={"Authorization": f"Bearer {SECRET_KEY}"},
        )
        types = {(await receiver.next_event()).type for _ in range(5)}
    assert {"payment_intent.processing", "charge.pending", outcome} < types
