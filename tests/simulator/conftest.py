"""Clients of the simulator, and a receiver of its webhooks."""

from collections.abc import AsyncIterator

import httpx
import pytest
import stripe

from tests.payments.stripe_account import SECRET_KEY
from tests.processes import Process
from tests.simulator.payments import Shopper, an_intent
from tests.simulator.webhook_receiver import WebhookReceiver, listening

# the machine may be busy
TIMEOUT_SECONDS = 60


@pytest.fixture
async def http(simulator: Process) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url, timeout=TIMEOUT_SECONDS) as client:
        yield client


@pytest.fixture
async def client(simulator: Process) -> AsyncIterator[stripe.StripeClient]:
    transport = stripe.HTTPXClient()
    yield stripe.StripeClient(SECRET_KEY, http_client=transport, base_addresses={"api": simulator.url})
    await transport.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare


@pytest.fixture
def closed_receiver() -> WebhookReceiver:
    return WebhookReceiver()


@pytest.fixture
async def receiver(closed_receiver: WebhookReceiver) -> AsyncIterator[WebhookReceiver]:
    async with listening(closed_receiver):
        yield closed_receiver


@pytest.fixture
async def intent(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(an_intent())


@pytest.fixture
def shopper(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> Shopper:
    return Shopper(http, intent)
