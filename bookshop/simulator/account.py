"""A Stripe account in memory: its objects, and the events that their changes emit."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from bookshop.simulator.cards import BY_NUMBER, TestCard
from bookshop.simulator.clock import Clock
from bookshop.simulator.errors import resource_missing
from bookshop.simulator.idempotency import IdempotencyKeys
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.event import new_event
from bookshop.simulator.webhooks import WebhookSender


@dataclass(frozen=True)
class Caller:
    """The request that changes an object; without id and key if no request did."""

    id: str | None = None
    idempotency_key: str | None = None
    is_browser: bool = False
    origin: str = ""


class Account:
    """Everything the account holds; every change is emitted as an event."""

    def __init__(self, clock: Clock, webhooks: WebhookSender, processing_seconds: float) -> None:
        self.clock = clock
        self.processing_seconds = processing_seconds
        self.card_numbers: dict[str, str] = {}
        self.intent_details: dict[str, StripeObject] = {}
        self.line_items: dict[str, list[StripeObject]] = {}
        self.requests: list[dict[str, str]] = []
        self.idempotency_keys = IdempotencyKeys()
        self.subscribers: list[Callable[[Account, str, StripeObject], None]] = []
        self.webhook_targets = webhooks.targets
        self._send = webhooks.send
        self.all_objects: dict[str, dict[str, StripeObject]] = {}

    def reset(self) -> None:
        """Forget everything but the configured webhook address."""
        for object_id in self.objects("webhook_endpoint"):
            del self.webhook_targets[object_id]
        for details in (self.card_numbers, self.intent_details, self.line_items):
            details.clear()
        self.idempotency_keys.clear()
        self.all_objects.clear()
        self.requests.clear()

    def objects(self, kind: str) -> dict[str, StripeObject]:
        """Return the objects of a kind by id, the oldest first."""
        return self.all_objects.setdefault(kind, {})

    def add(self, obj: StripeObject) -> StripeObject:
        self.objects(obj["object"])[obj["id"]] = obj
        return obj

    def find(self, kind: str, object_id: str, param: str = "id") -> StripeObject:
        """Return an object; raises StripeError, which blames `param`."""
        if object_id not in self.objects(kind):
            raise resource_missing(kind, object_id, param=param)
        return self.objects(kind)[object_id]

    def test_card(self, method_id: str) -> TestCard:
        """Return the card of a payment method, or one that pays for any other type."""
        number = self.card_numbers.get(method_id, "")
        return BY_NUMBER.get(number) or TestCard(number)

    def emit(self, kind: str, subject: StripeObject, caller: Caller) -> None:
        """Store an event, send it to the webhooks, and pass it to the subscribers."""
        request = {"id": caller.id, "idempotency_key": caller.idempotency_key}
        event = new_event(kind, deepcopy(subject), request, self.clock.now())
        self.add(event)
        self._send(event)
        for subscriber in self.subscribers:
            subscriber(self, kind, subject)

    def resend(self, event_id: str) -> StripeObject:
        """Send an event to the webhooks once more."""
        event = self.find("event", event_id)
        self._send(event)
        return event

    def call_later(self, work: Callable[[], object]) -> None:
        """Run work after the time that a slow bank takes."""
        asyncio.get_running_loop().call_later(self.processing_seconds, work)
