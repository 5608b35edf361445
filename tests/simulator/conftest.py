"""Ways to speak to the simulator that all tests share."""

from collections.abc import AsyncIterator

import httpx
import pytest
import stripe

from tests.payments.stripe_account import SECRET_KEY
from tests.processes import Process
from tests.simulator.listener import Shop, opened


@pytest.fixture
async def http(simulator: Process) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url) as client:
        yield client


@pytest.fixture
async def client(simulator: Process) -> AsyncIterator[stripe.StripeClient]:
    transport = stripe.HTTPXClient()
    yield stripe.StripeClient(SECRET_KEY, http_client=transport, base_addresses={"api": simulator.url})
    await transport.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare


@pytest.fixture
def closed_shop() -> Shop:
    return Shop()


@pytest.fixture
async def shop(closed_shop: Shop) -> AsyncIterator[Shop]:
    async with opened(closed_shop):
        yield closed_shop
