"""Webhooks: each event is signed, sent, and sent again until it is taken."""

import asyncio
import hmac
import json
from typing import Any

import httpx

from bookshop.simulator.clock import Clock

PAUSES = (0.5, 1, 2, 4, 8)
TIMEOUT_SECONDS = 10


class WebhookSender:
    """Tells one address of events, each in a task of its own so that none waits for another."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self._clock = clock
        self._url = url
        self._secret = secret
        # a proxy of the environment has no business between two programs of this machine
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, event: dict[str, Any]) -> None:
        """Tell of an event soon."""
        task = asyncio.create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what is not delivered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    async def _deliver(self, event: dict[str, Any]) -> None:
        body = json.dumps(event, indent=2)
        for pause in (*PAUSES, None):
            if await self._post(body):
                event["pending_webhooks"] = 0
                return
            if pause is not None:
                await asyncio.sleep(pause)

    async def _post(self, body: str) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, self._secret, self._clock.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await self._http.post(self._url, content=body.encode(), headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success


def sign(body: str, secret: str, at: int) -> str:
    """The header that proves whose word the body is, and of when."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), "sha256").hexdigest()
    return f"t={at},v1={digest}"
