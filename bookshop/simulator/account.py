"""A Stripe account in memory, and the rules by which its payments move."""

import asyncio
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bookshop.simulator.cards import Behaviour, Card, card_of_alias, read_card
from bookshop.simulator.errors import (
    INVALID_REQUEST,
    Problem,
    StripeError,
    invalid,
    missing,
    unexpected_state,
)
from bookshop.simulator.idempotency import Answers
from bookshop.simulator.objects import (
    Object,
    decline_of,
    fail,
    new_charge,
    new_event,
    new_id,
    new_intent,
    new_list,
    new_method,
    now,
    succeed,
)
from bookshop.simulator.params import (
    Params,
    allow,
    is_true,
    read_amount,
    read_billing,
    read_choice,
    read_currency,
    read_email,
    read_integer,
    read_list,
    read_metadata,
    read_object,
    read_shipping,
    read_text,
    require,
)

DETAILS = ("description", "expand", "metadata", "receipt_email", "shipping", "statement_descriptor_suffix")
PAYING = ("payment_method", "payment_method_data", "return_url", "use_stripe_sdk")
PAGING = ("expand", "limit", "starting_after")
UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
DECLINING = (Behaviour.DECLINE, Behaviour.CHALLENGE_THEN_DECLINE)
ASKING = (Behaviour.CHALLENGE, Behaviour.CHALLENGE_THEN_DECLINE)
PROCESSING = {Behaviour.PROCESS: "succeeded", Behaviour.PROCESS_THEN_FAIL: "failed"}
CHALLENGE_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
    "PaymentMethod to attempt to fulfill this PaymentIntent again."
)


@dataclass(frozen=True)
class Caller:
    """The request that changes something, as its events tell; time alone has neither."""

    id: str | None = None
    idempotency_key: str | None = None
    is_browser: bool = False


class Account:
    """Everything the account holds; whatever happens is told to `send` as an event."""

    def __init__(self, send: Callable[[Object], None], processing_seconds: float) -> None:
        self._send = send
        self._processing_seconds = processing_seconds
        self._cards: dict[str, Card] = {}
        self.payment_intents: dict[str, Object] = {}
        self.payment_methods: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.events: dict[str, Object] = {}
        self.requests: list[dict[str, str]] = []
        self.answers = Answers()

    def reset(self) -> None:
        """Begin again with nothing."""
        for held in (self._cards, self.payment_intents, self.payment_methods, self.charges, self.events):
            held.clear()
        self.requests.clear()
        self.answers.clear()

    def create_intent(self, params: Params, caller: Caller) -> Object:
        """Expect a payment."""
        allow(params, "amount", "automatic_payment_methods", "confirm", "currency", *DETAILS, *PAYING)
        require(params, "amount")
        currency = read_currency(params)
        intent = new_intent(read_amount(params, currency), currency)
        change_details(intent, params)
        methods = {"allow_redirects": "always", **read_object(params, "automatic_payment_methods")}
        redirects = read_choice(methods, "allow_redirects", ("always", "never"))
        intent["automatic_payment_methods"]["allow_redirects"] = redirects
        is_confirmed = is_true(params, "confirm")
        if not is_confirmed and (method := self._method_of(params)):
            intent.update(payment_method=method["id"], status="requires_confirmation")
        self.payment_intents[intent["id"]] = intent
        self._tell("payment_intent.created", intent, caller)
        if is_confirmed:
            paying = {name: params[name] for name in PAYING if name in params}
            return self.confirm_intent(intent["id"], paying, caller)
        return intent

    def find_intent(self, ident: str) -> Object:
        """An intent of this account."""
        if ident not in self.payment_intents:
            raise missing("payment_intent", ident, param="intent")
        return self.payment_intents[ident]

    def update_intent(self, ident: str, params: Params) -> Object:
        """Change what is expected, while nobody has paid it."""
        intent = self.find_intent(ident)
        allow(params, "amount", "currency", *DETAILS)
        draft = dict(intent)
        if "amount" in params or "currency" in params:
            change_amount(draft, params)
        change_details(draft, params)
        intent.update(draft)
        return intent

    def confirm_intent(self, ident: str, params: Params, caller: Caller) -> Object:
        """Try to take the money with a card."""
        intent = self.find_intent(ident)
        allow(params, "expand", "expected_payment_method_type", "receipt_email", "shipping", *PAYING)
        check_confirmable(intent)
        redirects = intent["automatic_payment_methods"]["allow_redirects"] == "always"
        if redirects and not caller.is_browser and not params.get("return_url"):
            raise invalid(
                "This PaymentIntent is configured to accept payment methods that might redirect your "
                "customer off of your page, you must provide a `return_url`.",
                param="return_url",
            )
        method = self._method_of(params) or self.payment_methods.get(intent["payment_method"])
        if method is None:
            raise unexpected_state(
                "You cannot confirm this PaymentIntent because it's missing a payment method.", intent
            )
        change_details(intent, params)
        intent.update(payment_method=method["id"], last_payment_error=None, next_action=None)
        if self._cards[method["id"]].test.behaviour in ASKING:
            sdk = {"type": "three_d_secure_redirect", "source": new_id("src_1")}
            action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
            intent.update(status="requires_action", next_action=action)
            self._tell("payment_intent.requires_action", intent, caller)
            return intent
        return self._charge(intent, caller, is_authenticated=False)

    def end_challenge(self, ident: str, params: Params, caller: Caller) -> Object:
        """The bank's word on whether the card's owner is who they say."""
        intent = self.find_intent(ident)
        allow(params, "outcome")
        if intent["status"] != "requires_action":
            raise unexpected_state("This PaymentIntent does not require an action.", intent)
        if read_choice(params, "outcome", ("complete", "fail")) == "complete":
            return self._charge(intent, caller, is_authenticated=True)
        problem = Problem(
            type=INVALID_REQUEST,
            message=CHALLENGE_FAILED,
            code="payment_intent_authentication_failure",
            payment_method=self.payment_methods[intent["payment_method"]],
        )
        self._refuse(intent, problem, caller)
        return intent

    def cancel_intent(self, ident: str, params: Params, caller: Caller) -> Object:
        """Expect the payment no more."""
        intent = self.find_intent(ident)
        allow(params, "cancellation_reason", "expand")
        is_explained = bool(params.get("cancellation_reason"))
        reason = read_choice(params, "cancellation_reason", REASONS) if is_explained else None
        if intent["status"] not in UNPAID:
            raise unexpected_state(
                f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
                f"PaymentIntent with one of the following statuses may be canceled: {', '.join(UNPAID)}.",
                intent,
            )
        intent.update(status="canceled", canceled_at=now(), cancellation_reason=reason, next_action=None)
        self._tell("payment_intent.canceled", intent, caller)
        return intent

    def settle_intent(self, ident: str, outcome: str) -> Object:
        """End the waiting of a payment that is processing."""
        intent = self.find_intent(ident)
        if intent["status"] != "processing":
            raise unexpected_state("This PaymentIntent is not processing.", intent)
        charge = self.charges[intent["latest_charge"]]
        if outcome == "succeeded":
            self._succeed(intent, charge, Caller())
        else:
            self._fail(intent, charge, Caller())
        return intent

    def find_charge(self, ident: str) -> Object:
        """A charge of this account."""
        if ident not in self.charges:
            raise missing("charge", ident)
        return self.charges[ident]

    def find_event(self, ident: str) -> Object:
        """Something that happened in this account."""
        if ident not in self.events:
            raise missing("event", ident)
        return self.events[ident]

    def replay_event(self, ident: str) -> Object:
        """Tell an event once more."""
        event = self.find_event(ident)
        self._send(event)
        return event

    def list_intents(self, params: Params) -> Object:
        """Intents, the newest first."""
        allow(params, *PAGING)
        return page_of("/v1/payment_intents", self.payment_intents.values(), params)

    def list_charges(self, params: Params) -> Object:
        """Charges, the newest first, of all intents or of one."""
        allow(params, "payment_intent", *PAGING)
        wanted = read_text(params, "payment_intent")
        if wanted:
            self.find_intent(wanted)
        charges = [each for each in self.charges.values() if wanted in (None, each["payment_intent"])]
        return page_of("/v1/charges", charges, params)

    def list_events(self, params: Params) -> Object:
        """Events, the newest first, of all types or of some."""
        allow(params, "type", "types", *PAGING)
        wanted = [*read_list(params, "type"), *read_list(params, "types")]
        events = [event for event in self.events.values() if not wanted or event["type"] in wanted]
        return page_of("/v1/events", events, params)

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
        shelves = {
            ("list", "data"): None,
            ("payment_intent", "latest_charge"): self.charges,
            ("payment_intent", "payment_method"): self.payment_methods,
            ("charge", "payment_intent"): self.payment_intents,
        }
        name, *rest = names
        where = (thing["object"], name)
        if where not in shelves:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        if (shelf := shelves[where]) and isinstance(thing[name], str):
            thing[name] = deepcopy(shelf[thing[name]])
        if rest and thing[name]:
            self._expand(thing[name], rest, path)

    def _method_of(self, params: Params) -> Object | None:
        """The payment method that was sent, kept like one of Stripe's."""
        today = datetime.now(UTC)
        if name := read_text(params, "payment_method"):
            if name in self.payment_methods:
                return self.payment_methods[name]
            card = card_of_alias(name, today.year)
            if card is None:
                raise missing("PaymentMethod", name, status=400, param="payment_method")
            return self._keep_method(card, read_billing({}))
        if data := read_object(params, "payment_method_data"):
            card = read_card(read_object(data, "card"), today.year, today.month)
            return self._keep_method(card, read_billing(read_object(data, "billing_details")))
        return None

    def _keep_method(self, card: Card, billing: Object) -> Object:
        method = new_method(card, billing)
        self.payment_methods[method["id"]] = method
        self._cards[method["id"]] = card
        return method

    def _charge(self, intent: Object, caller: Caller, *, is_authenticated: bool) -> Object:
        """Charge the card: paid, declined, or not known yet."""
        method = self.payment_methods[intent["payment_method"]]
        card = self._cards[method["id"]]
        charge = new_charge(intent, method, card, is_authenticated=is_authenticated)
        self.charges[charge["id"]] = charge
        intent.update(latest_charge=charge["id"], next_action=None)
        if card.test.behaviour in DECLINING:
            problem = self._fail(intent, charge, caller)
            raise StripeError(402, problem, intent)
        if outcome := PROCESSING.get(card.test.behaviour):
            intent.update(status="processing", processing={"type": "card", "card": {}})
            self._tell("charge.pending", charge, caller)
            self._tell("payment_intent.processing", intent, caller)
            loop = asyncio.get_running_loop()
            loop.call_later(self._processing_seconds, self._settle_late, intent["id"], outcome)
        else:
            self._succeed(intent, charge, caller)
        return intent

    def _settle_late(self, ident: str, outcome: str) -> None:
        """Time's word, unless somebody has had theirs before."""
        intent = self.payment_intents.get(ident)
        if intent and intent["status"] == "processing":
            self.settle_intent(ident, outcome)

    def _succeed(self, intent: Object, charge: Object, caller: Caller) -> None:
        succeed(charge)
        intent.update(status="succeeded", amount_received=charge["amount"], processing=None)
        self._tell("charge.succeeded", charge, caller)
        self._tell("payment_intent.succeeded", intent, caller)

    def _fail(self, intent: Object, charge: Object, caller: Caller) -> Problem:
        method = self.payment_methods[charge["payment_method"]]
        problem = decline_of(self._cards[method["id"]], charge, method)
        fail(charge, problem)
        self._tell("charge.failed", charge, caller)
        self._refuse(intent, problem, caller)
        return problem

    def _refuse(self, intent: Object, problem: Problem, caller: Caller) -> None:
        """Put the intent back to where another card may be tried."""
        intent.update(
            status="requires_payment_method",
            last_payment_error=problem.to_dict(),
            next_action=None,
            payment_method=None,
            processing=None,
        )
        self._tell("payment_intent.payment_failed", intent, caller)

    def _tell(self, kind: str, subject: Object, caller: Caller) -> None:
        request = {"id": caller.id, "idempotency_key": caller.idempotency_key}
        event = new_event(kind, deepcopy(subject), request)
        self.events[event["id"]] = event
        self._send(event)


def change_amount(intent: Object, params: Params) -> None:
    """Expect another amount; a card that was asked for the old one is asked again."""
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            "This PaymentIntent's amount could not be updated because it has a status of "
            f"{intent['status']}. You may only update the amount of a PaymentIntent with one of the "
            f"following statuses: {', '.join(UNPAID)}.",
            intent,
        )
    currency = read_currency({"currency": intent["currency"], **params})
    amount = read_amount({"amount": str(intent["amount"]), **params}, currency)
    intent.update(amount=amount, currency=currency)
    if intent["status"] == "requires_action":
        intent.update(status="requires_confirmation", next_action=None)


def change_details(intent: Object, params: Params) -> None:
    """Write down what is said beside the amount: all of it or nothing."""
    readers: dict[str, Callable[[Params], Any]] = {
        "description": lambda said: read_text(said, "description"),
        "metadata": lambda said: read_metadata(said, intent["metadata"]),
        "receipt_email": read_email,
        "shipping": read_shipping,
        "statement_descriptor_suffix": lambda said: read_text(said, "statement_descriptor_suffix"),
    }
    intent.update({name: read(params) for name, read in readers.items() if name in params})


def check_confirmable(intent: Object) -> None:
    """Refuse to try what is decided or under way."""
    if intent["status"] == "succeeded":
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously "
            "confirmed.",
            intent,
        )
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be confirmed: {', '.join(UNPAID)}.",
            intent,
        )


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
