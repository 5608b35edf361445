"""A Stripe account in memory: what it holds, how it is read, and whom it tells."""

import asyncio
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any

from bookshop.simulator.cards import Card
from bookshop.simulator.clock import Clock
from bookshop.simulator.errors import invalid, missing
from bookshop.simulator.idempotency import Answers
from bookshop.simulator.objects import Object, new_event, new_list
from bookshop.simulator.params import Params, allow, allow_inside, read_integer, read_text
from bookshop.simulator.webhooks import WebhookSender

PAGING = ("created", "expand", "limit", "starting_after")
COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
# which field of which object may be shown whole, and what kind of object it names
REFERENCES = {
    ("charge", "payment_intent"): "payment_intent",
    ("checkout.session", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("payment_intent", "payment_method"): "payment_method",
    ("radar.early_fraud_warning", "charge"): "charge",
    ("radar.early_fraud_warning", "payment_intent"): "payment_intent",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
}


@dataclass(frozen=True)
class Caller:
    """The request that changes something, as its events tell; time alone has neither id nor key."""

    id: str | None = None
    idempotency_key: str | None = None
    is_browser: bool = False
    origin: str = ""


class Account:
    """Everything the account holds; whatever happens is told to the webhooks as an event."""

    def __init__(self, clock: Clock, webhooks: WebhookSender, processing_seconds: float) -> None:
        self.clock = clock
        self.processing_seconds = processing_seconds
        self.cards: dict[str, Card] = {}
        self.intent_details: dict[str, Object] = {}
        self.line_items: dict[str, list[Object]] = {}
        self.requests: list[dict[str, str]] = []
        self.answers = Answers()
        self.listeners: list[Callable[[Account, str, Object], None]] = []
        self.targets = webhooks.targets
        self._send = webhooks.send
        self._held: dict[str, dict[str, Object]] = {}

    def reset(self) -> None:
        """Begin again with nothing."""
        for ident in self.all("webhook_endpoint"):
            del self.targets[ident]
        for held in (self.cards, self.intent_details, self.line_items, self.answers, self._held):
            held.clear()
        self.requests.clear()

    def all(self, kind: str) -> dict[str, Object]:
        """The objects of a kind by id, the oldest first."""
        return self._held.setdefault(kind, {})

    def keep(self, thing: Object) -> Object:
        """Hold a new object."""
        self.all(thing["object"])[thing["id"]] = thing
        return thing

    def find(self, kind: str, ident: str, param: str = "id") -> Object:
        """An object of this account."""
        if ident not in self.all(kind):
            raise missing(kind, ident, param=param)
        return self.all(kind)[ident]

    def page(self, kind: str, url: str, params: Params, *filters: str) -> Object:
        """A page of a kind, the newest first, of all or of those that name another object."""
        allow(params, *filters, *PAGING)
        wanted = {name: ident for name in filters if (ident := read_text(params, name))}
        for name, ident in wanted.items():
            self.find(name, ident, name)
        found = [thing for thing in self.all(kind).values() if wanted.items() <= flat(thing).items()]
        return page_of(url, created_within(found, params), params)

    def tell(self, kind: str, subject: Object, caller: Caller) -> None:
        """Make an event of what happened, and let those who follow it act on it."""
        request = {"id": caller.id, "idempotency_key": caller.idempotency_key}
        event = new_event(kind, deepcopy(subject), request, self.clock.now())
        self.keep(event)
        self._send(event)
        for listener in self.listeners:
            listener(self, kind, subject)

    def send_again(self, ident: str) -> Object:
        """Tell an event once more."""
        event = self.find("event", ident)
        self._send(event)
        return event

    def later(self, rule: Callable[[], object]) -> None:
        """Do something when a slow bank would."""
        asyncio.get_running_loop().call_later(self.processing_seconds, rule)

    def expand(self, thing: Object, paths: Iterable[str]) -> Object:
        """A copy in which the named ids are the objects themselves."""
        copy = deepcopy(thing)
        for path in paths:
            self._expand(copy, path.split("."), path)
        return copy

    def _expand(self, thing: Any, names: list[str], path: str) -> None:
        if isinstance(thing, list):
            for each in thing:
                self._expand(each, names, path)
            return
        name, *rest = names
        where = (thing["object"], name)
        if kind := REFERENCES.get(where):
            if isinstance(thing[name], str):
                thing[name] = deepcopy(self.all(kind)[thing[name]])
        elif where == ("charge", "refunds"):
            thing[name] = deepcopy(self._refunds_of(thing["id"]))
        elif where == ("checkout.session", "line_items"):
            thing[name] = deepcopy(self.items_of(thing["id"], {}))
        elif where != ("list", "data"):
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        if rest and thing[name]:
            self._expand(thing[name], rest, path)

    def _refunds_of(self, charge_id: str) -> Object:
        refunds = [each for each in self.all("refund").values() if each["charge"] == charge_id]
        return page_of(f"/v1/charges/{charge_id}/refunds", refunds, {})

    def items_of(self, session_id: str, params: Params) -> Object:
        """What a session sells, in the order that was said."""
        items = self.line_items[session_id][::-1]
        return page_of(f"/v1/checkout/sessions/{session_id}/line_items", items, params)


def flat(thing: Object) -> dict[str, str]:
    """An object's fields that are words."""
    return {name: value for name, value in thing.items() if isinstance(value, str)}


def created_within(things: Iterable[Object], params: Params) -> list[Object]:
    """The things that were made at a second or between seconds, as `created` says."""
    said = params.get("created", {})
    bounds = said if isinstance(said, dict) else {"gte": said, "lte": said}
    allow_inside(bounds, "created", *COMPARISONS)
    limits = [(COMPARISONS[name], read_integer(bounds, name, at_least=0)) for name in bounds]
    return [thing for thing in things if all(holds(thing["created"], limit) for holds, limit in limits)]


def page_of(url: str, things: Iterable[Object], params: Params) -> Object:
    """The newest of the things, or those that follow one of them."""
    newest_first = list(things)[::-1]
    limit = read_integer({"limit": "10", **params}, "limit")
    if limit > 100:
        raise invalid("This value must be less than or equal to 100.", "parameter_invalid_integer", "limit")
    if last := read_text(params, "starting_after"):
        ids = [thing["id"] for thing in newest_first]
        if last not in ids:
            raise missing(url.rsplit("/", 1)[1].removesuffix("s"), last, status=400, param="starting_after")
        newest_first = newest_first[ids.index(last) + 1 :]
    return new_list(url, newest_first[:limit], has_more=len(newest_first) > limit)
