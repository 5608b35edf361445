"""Webhooks: each event is signed, sent, and sent again until it is accepted."""

import asyncio
import hmac
import json
from dataclasses import dataclass
from typing import Any

import httpx

from bookshop.simulator.active_faults import ActiveFaults
from bookshop.simulator.clock import Clock
from bookshop.simulator.faults import InjectedFault

RETRY_DELAYS_SECONDS = (0.5, 1, 2, 4, 8)
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class WebhookTarget:
    """An address that receives events of some types, or of all ("*")."""

    url: str
    secret: str
    types: tuple[str, ...] = ("*",)

    def accepts(self, kind: str) -> bool:
        return "*" in self.types or kind in self.types


@dataclass(eq=False)
class WebhookDelivery:
    """An event on its way.

    `pending` targets have not accepted it, `untried` ones were not even sent it; `next` is the delivery that
    starts when every target was tried.
    """

    event: dict[str, Any]
    body: str
    pending: set[str]
    untried: set[str]
    next: "WebhookDelivery | None" = None


class WebhookSender:
    """Sends events to its targets, each in a task of its own, so that no target delays another."""

    def __init__(self, clock: Clock, faults: ActiveFaults) -> None:
        self.targets: dict[str, WebhookTarget] = {}
        self._clock = clock
        self._faults = faults
        self._held_back: list[WebhookDelivery] = []
        # a proxy of the environment must not be used between two programs on one machine
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, event: dict[str, Any]) -> None:
        """Start to send an event, as the active fault for it allows."""
        pending = {name for name, target in self.targets.items() if target.accepts(event["type"])}
        event["pending_webhooks"] = len(pending)
        if not pending:
            return
        delivery = WebhookDelivery(event, json.dumps(event, indent=2), pending, set(pending))
        fault = self._faults.take_for_event(event["type"])
        kind = fault.kind if fault else ""
        if fault and kind == "webhook-reordered":
            self._hold_back(delivery, fault)
        elif fault and kind == "webhook-late":
            self._start(delivery, fault.seconds)
        elif kind != "webhook-lost":
            self._release_after(delivery)
            for _ in range(2 if kind == "webhook-doubled" else 1):
                self._start(delivery)

    async def stop(self) -> None:
        """Drop what is not delivered."""
        self._held_back.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    def _hold_back(self, delivery: WebhookDelivery, fault: InjectedFault) -> None:
        """Keep a delivery until the next event was sent, or until the fault's seconds are over."""
        self._held_back.append(delivery)
        asyncio.get_running_loop().call_later(fault.seconds, self._release, delivery)

    def _release(self, delivery: WebhookDelivery) -> None:
        if delivery in self._held_back:
            self._held_back.remove(delivery)
            self._start(delivery)

    def _release_after(self, delivery: WebhookDelivery) -> None:
        """Chain what is held back behind a delivery, the newest first."""
        for held in self._held_back:
            held.next, delivery.next = delivery.next, held
        self._held_back = []

    def _start(self, delivery: WebhookDelivery, after_seconds: float = 0) -> None:
        for name in tuple(delivery.pending):
            task = asyncio.create_task(self._deliver(delivery, name, after_seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: WebhookDelivery, name: str, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        for retry_delay in (*RETRY_DELAYS_SECONDS, None):
            target = self.targets.get(name)
            is_done = target is None or await self._post(delivery.body, target)
            delivery.untried.discard(name)
            if delivery.next and not delivery.untried:
                self._start(delivery.next)
                delivery.next = None
            if is_done:
                delivery.pending.discard(name)
                delivery.event["pending_webhooks"] = len(delivery.pending)
                return
            if retry_delay is not None:
                await asyncio.sleep(retry_delay)

    async def _post(self, body: str, target: WebhookTarget) -> bool:
        """Send once; return whether the response is a 2xx."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign_payload(body, target.secret, self._clock.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            response = await self._http.post(target.url, content=body.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return response.is_success


def sign_payload(body: str, secret: str, timestamp: int) -> str:
    """Return the Stripe-Signature header."""
    digest = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), "sha256").hexdigest()
    return f"t={timestamp},v1={digest}"
