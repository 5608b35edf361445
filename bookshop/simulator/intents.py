"""Payment intents: how a payment is expected, tried, decided and given up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.cards import Behaviour, Card, card_of_alias, read_card
from bookshop.simulator.errors import (
    INVALID_REQUEST,
    Problem,
    StripeError,
    invalid,
    missing,
    unexpected_state,
)
from bookshop.simulator.objects import (
    Object,
    decline_of,
    fail,
    new_charge,
    new_id,
    new_intent,
    new_method,
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
    read_metadata,
    read_object,
    read_shipping,
    read_text,
    require,
)

DETAILS = ("description", "expand", "metadata", "receipt_email", "shipping", "statement_descriptor_suffix")
PAYING = ("payment_method", "payment_method_data", "return_url", "use_stripe_sdk")
UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
DECLINING = (Behaviour.DECLINE, Behaviour.CHALLENGE_THEN_DECLINE)
ASKING = (Behaviour.CHALLENGE, Behaviour.CHALLENGE_THEN_DECLINE)
PROCESSING = {Behaviour.PROCESS: "succeeded", Behaviour.PROCESS_THEN_FAIL: "failed"}
CHALLENGE_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
    "PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def create(account: Account, params: Params, caller: Caller) -> Object:
    """Expect a payment."""
    allow(params, "amount", "automatic_payment_methods", "confirm", "currency", *DETAILS, *PAYING)
    require(params, "amount")
    currency = read_currency(params)
    intent = new_intent(read_amount(params, currency), currency, account.clock.now())
    change_details(intent, params)
    methods = {"allow_redirects": "always", **read_object(params, "automatic_payment_methods")}
    redirects = read_choice(methods, "allow_redirects", ("always", "never"))
    intent["automatic_payment_methods"]["allow_redirects"] = redirects
    is_confirmed = is_true(params, "confirm")
    if not is_confirmed and (method := method_of(account, params)):
        intent.update(payment_method=method["id"], status="requires_confirmation")
    account.keep(intent)
    account.tell("payment_intent.created", intent, caller)
    if is_confirmed:
        paying = {name: params[name] for name in PAYING if name in params}
        return confirm(account, intent["id"], paying, caller)
    return intent


def find(account: Account, ident: str) -> Object:
    """An intent of this account."""
    return account.find("payment_intent", ident, "intent")


def update(account: Account, ident: str, params: Params, _caller: Caller) -> Object:
    """Change what is expected, while nobody has paid it."""
    intent = find(account, ident)
    allow(params, "amount", "currency", *DETAILS)
    draft = dict(intent)
    if "amount" in params or "currency" in params:
        change_amount(draft, params)
    change_details(draft, params)
    intent.update(draft)
    return intent


def confirm(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Try to take the money with a card."""
    intent = find(account, ident)
    allow(params, "expand", "expected_payment_method_type", "receipt_email", "shipping", *PAYING)
    check_confirmable(intent)
    redirects = intent["automatic_payment_methods"]["allow_redirects"] == "always"
    if redirects and not caller.is_browser and not params.get("return_url"):
        raise invalid(
            "This PaymentIntent is configured to accept payment methods that might redirect your "
            "customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )
    method = method_of(account, params) or account.all("payment_method").get(intent["payment_method"])
    if method is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", intent
        )
    change_details(intent, params)
    intent.update(payment_method=method["id"], last_payment_error=None, next_action=None)
    if account.cards[method["id"]].test.behaviour in ASKING:
        sdk = {"type": "three_d_secure_redirect", "source": new_id("src_1")}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
        intent.update(status="requires_action", next_action=action)
        account.tell("payment_intent.requires_action", intent, caller)
        return intent
    return charge_card(account, intent, caller, is_authenticated=False)


def end_challenge(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """The bank's word on whether the card's owner is who they say."""
    intent = find(account, ident)
    allow(params, "outcome")
    if intent["status"] != "requires_action":
        raise unexpected_state("This PaymentIntent does not require an action.", intent)
    if read_choice(params, "outcome", ("complete", "fail")) == "complete":
        return charge_card(account, intent, caller, is_authenticated=True)
    problem = Problem(
        type=INVALID_REQUEST,
        message=CHALLENGE_FAILED,
        code="payment_intent_authentication_failure",
        payment_method=account.all("payment_method")[intent["payment_method"]],
    )
    refuse(account, intent, problem, caller)
    return intent


def cancel(account: Account, ident: str, params: Params, caller: Caller) -> Object:
    """Expect the payment no more."""
    intent = find(account, ident)
    allow(params, "cancellation_reason", "expand")
    is_explained = bool(params.get("cancellation_reason"))
    reason = read_choice(params, "cancellation_reason", REASONS) if is_explained else None
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be canceled: {', '.join(UNPAID)}.",
            intent,
        )
    intent.update(
        status="canceled", canceled_at=account.clock.now(), cancellation_reason=reason, next_action=None
    )
    account.tell("payment_intent.canceled", intent, caller)
    return intent


def settle(account: Account, ident: str, outcome: str) -> Object:
    """End the waiting of a payment that is processing."""
    intent = find(account, ident)
    if intent["status"] != "processing":
        raise unexpected_state("This PaymentIntent is not processing.", intent)
    charge = account.all("charge")[intent["latest_charge"]]
    if outcome == "succeeded":
        pay(account, intent, charge, Caller())
    else:
        decline(account, intent, charge, Caller())
    return intent


def method_of(account: Account, params: Params) -> Object | None:
    """The payment method that was sent, kept like one of Stripe's."""
    today = datetime.fromtimestamp(account.clock.now(), UTC)
    if name := read_text(params, "payment_method"):
        if name in account.all("payment_method"):
            return account.all("payment_method")[name]
        card = card_of_alias(name, today.year)
        if card is None:
            raise missing("PaymentMethod", name, status=400, param="payment_method")
        return keep_method(account, card, read_billing({}))
    if data := read_object(params, "payment_method_data"):
        card = read_card(read_object(data, "card"), today.year, today.month)
        return keep_method(account, card, read_billing(data))
    return None


def keep_method(account: Account, card: Card, billing: Object) -> Object:
    method = new_method(card, billing, account.clock.now())
    account.keep(method)
    account.cards[method["id"]] = card
    return method


def charge_card(account: Account, intent: Object, caller: Caller, *, is_authenticated: bool) -> Object:
    """Charge the card: paid, declined, or not known yet."""
    method = account.all("payment_method")[intent["payment_method"]]
    card = account.cards[method["id"]]
    at = account.clock.now()
    charge = new_charge(intent, method, card, at, is_authenticated=is_authenticated)
    account.keep(charge)
    intent.update(latest_charge=charge["id"], next_action=None)
    if card.test.behaviour in DECLINING:
        problem = decline(account, intent, charge, caller)
        raise StripeError(402, problem, intent)
    if outcome := PROCESSING.get(card.test.behaviour):
        intent.update(status="processing", processing={"type": "card", "card": {}})
        account.tell("charge.pending", charge, caller)
        account.tell("payment_intent.processing", intent, caller)
        account.later(lambda: settle_late(account, intent["id"], outcome))
    else:
        pay(account, intent, charge, caller)
    return intent


def settle_late(account: Account, ident: str, outcome: str) -> None:
    """Time's word, unless somebody has had theirs before."""
    intent = account.all("payment_intent").get(ident)
    if intent and intent["status"] == "processing":
        settle(account, ident, outcome)


def pay(account: Account, intent: Object, charge: Object, caller: Caller) -> None:
    succeed(charge)
    intent.update(status="succeeded", amount_received=charge["amount"], processing=None)
    account.tell("charge.succeeded", charge, caller)
    account.tell("payment_intent.succeeded", intent, caller)


def decline(account: Account, intent: Object, charge: Object, caller: Caller) -> Problem:
    method = account.all("payment_method")[charge["payment_method"]]
    problem = decline_of(account.cards[method["id"]], charge, method)
    fail(charge, problem)
    account.tell("charge.failed", charge, caller)
    refuse(account, intent, problem, caller)
    return problem


def refuse(account: Account, intent: Object, problem: Problem, caller: Caller) -> None:
    """Put the intent back to where another card may be tried."""
    intent.update(
        status="requires_payment_method",
        last_payment_error=problem.to_dict(),
        next_action=None,
        payment_method=None,
        processing=None,
    )
    account.tell("payment_intent.payment_failed", intent, caller)


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
        "receipt_email": lambda said: read_email(said, "receipt_email"),
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
