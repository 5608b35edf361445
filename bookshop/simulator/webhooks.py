"""Webhooks: each event is signed, sent, and sent again until it is taken."""

import asyncio
import hmac
import json
from dataclasses import dataclass
from typing import Any

import httpx

from bookshop.simulator.clock import Clock
from bookshop.simulator.faults import Fault, Faults

PAUSES = (0.5, 1, 2, 4, 8)
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Target:
    """An address that hears of events, of all or of some types."""

    url: str
    secret: str
    types: tuple[str, ...] = ("*",)

    def wants(self, kind: str) -> bool:
        """Whether it hears of such events."""
        return "*" in self.types or kind in self.types


@dataclass(eq=False)
class Message:
    """An event on its way: who waits for it, who was not even tried, and what goes out after it."""

    event: dict[str, Any]
    body: str
    waiting: set[str]
    untried: set[str]
    then: "Message | None" = None


class WebhookSender:
    """Tells its targets of events, each in a task of its own so that none waits for another."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.targets: dict[str, Target] = {}
        self._clock = clock
        self._faults = faults
        self._held: list[Message] = []
        # a proxy of the environment has no business between two programs of this machine
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, event: dict[str, Any]) -> None:
        """Tell of an event soon, unless a fault has other plans."""
        waiting = {ident for ident, target in self.targets.items() if target.wants(event["type"])}
        event["pending_webhooks"] = len(waiting)
        if not waiting:
            return
        message = Message(event, json.dumps(event, indent=2), waiting, set(waiting))
        fault = self._faults.take_event(event["type"])
        kind = fault.kind if fault else ""
        if fault and kind == "webhook-reordered":
            self._hold(message, fault)
        elif fault and kind == "webhook-late":
            self._start(message, fault.seconds)
        elif kind != "webhook-lost":
            # what was held back comes after this one, the newest first
            for each in self._held:
                each.then, message.then = message.then, each
            self._held = []
            for _ in range(2 if kind == "webhook-doubled" else 1):
                self._start(message)

    async def stop(self) -> None:
        """Give up what is not delivered."""
        self._held.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    def _hold(self, message: Message, fault: Fault) -> None:
        """Keep it back until a later event has gone out, or until none came."""
        self._held.append(message)
        asyncio.get_running_loop().call_later(fault.seconds, self._release, message)

    def _release(self, message: Message) -> None:
        if message in self._held:
            self._held.remove(message)
            self._start(message)

    def _start(self, message: Message, after_seconds: float = 0) -> None:
        for ident in tuple(message.waiting):
            task = asyncio.create_task(self._deliver(message, ident, after_seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, message: Message, ident: str, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        for pause in (*PAUSES, None):
            target = self.targets.get(ident)
            is_taken = target is None or await self._post(message.body, target)
            message.untried.discard(ident)
            if message.then and not message.untried:
                self._start(message.then)
                message.then = None
            if is_taken:
                message.waiting.discard(ident)
                message.event["pending_webhooks"] = len(message.waiting)
                return
            if pause is not None:
                await asyncio.sleep(pause)

    async def _post(self, body: str, target: Target) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, target.secret, self._clock.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await self._http.post(target.url, content=body.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return answer.is_success


def sign(body: str, secret: str, at: int) -> str:
    """The header that proves whose word the body is, and of when."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), "sha256").hexdigest()
    return f"t={at},v1={digest}"
