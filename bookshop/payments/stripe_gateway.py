"""Stripe, behind the shop's own words: the only file that knows its library."""

import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

import httpx
import stripe
from stripe.params import PaymentIntentCreateParams

from bookshop.money import Money
from bookshop.orders.order import Charge, News, Order
from bookshop.payments.gateway import (
    BadSignature,
    Event,
    Intent,
    KeyUsed,
    PaymentProblem,
    ProviderUnavailable,
    RequestRefused,
    UnknownIntent,
)

T = TypeVar("T")
log = logging.getLogger(__name__)

# worst case of one call: three tries of 8 s and two pauses below 2 s each, so under half a minute
TIMEOUT = httpx.Timeout(8, connect=3)
RETRIES = 2


class StripeGateway:
    """The shop's Stripe account; belongs to the event loop that first uses it."""

    def __init__(self, secret_key: str, webhook_secrets: tuple[str, ...], api_base: str) -> None:
        # it would keep an id in the home folder and tell Stripe of the platform
        stripe.enable_telemetry = False
        self._http = stripe.HTTPXClient(timeout=TIMEOUT)
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            base_addresses={"api": api_base},
            # a client of its own retries nothing unless it is told to
            max_network_retries=RETRIES,
        )
        self._webhook_secrets = webhook_secrets

    async def expect_payment(self, order: Order) -> Intent:
        key = f"order-{order.id}-{order.intent_version}"
        create = self._client.v1.payment_intents.create_async(_params(order), {"idempotency_key": key})
        return _intent(await _asked(create))

    async def read_payment(self, intent_id: str) -> Intent:
        read = self._client.v1.payment_intents.retrieve_async(intent_id, {"expand": ["latest_charge"]})
        return _intent(await _asked(read))

    async def cancel_payment(self, intent_id: str) -> News:
        cancel = self._client.v1.payment_intents.cancel_async(intent_id, {"cancellation_reason": "abandoned"})
        try:
            return _intent(await _asked(cancel)).news
        except RequestRefused:
            # not cancellable any more: paid, cancelled before, or on its way; the payment itself says which
            return (await self.read_payment(intent_id)).news

    def read_event(self, body: bytes, signature: str) -> Event:
        for secret in self._webhook_secrets:
            try:
                event = self._client.construct_event(body, signature, secret)
            except (ValueError, stripe.SignatureVerificationError):
                continue
            return _event(event)
        raise BadSignature

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare


def _params(order: Order) -> PaymentIntentCreateParams:
    params: PaymentIntentCreateParams = {
        "amount": order.total.minor,
        "currency": order.total.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": {"order": order.id},
        "receipt_email": order.email,
    }
    if address := order.address:
        params["shipping"] = {
            "name": order.name,
            "address": {
                "line1": address.street,
                "city": address.city,
                "postal_code": address.postcode,
                "country": address.country,
            },
        }
    return params


async def _asked(question: Awaitable[T]) -> T:
    """Stripe's answer, or the shop's word for its failure."""
    try:
        return await question
    except stripe.StripeError as error:
        # never the message: it may quote what was sent
        log.warning("Stripe: %s %s, request %s", type(error).__name__, error.code, error.request_id)
        raise _problem(error) from error


def _problem(error: stripe.StripeError) -> PaymentProblem:
    if error.code == "resource_missing":
        return UnknownIntent()
    if isinstance(error, stripe.InvalidRequestError):
        return RequestRefused(str(error.code or ""), error.param or "")
    if isinstance(error, stripe.IdempotencyError) and error.http_status == 400:
        return KeyUsed()
    return ProviderUnavailable()


def _intent(intent: stripe.PaymentIntent) -> Intent:
    currency = intent.currency.upper()
    news = News(
        intent_id=intent.id,
        status=intent.status,
        amount=Money(intent.amount, currency),
        received=Money(intent.amount_received, currency),
        order_id=str(getattr(intent.metadata, "order", "")),
        charge=_charge(intent.latest_charge),
        failure=_failure(intent),
    )
    return Intent(news, intent.client_secret or "")


def _charge(charge: stripe.Charge | str | None) -> Charge | None:
    if charge is None or isinstance(charge, str):
        return Charge(charge, "", "", "") if charge else None
    details: Any = charge.payment_method_details
    card = getattr(details, "card", None)
    return Charge(
        charge.id,
        str(getattr(details, "type", "")),
        str(getattr(card, "brand", "") or ""),
        str(getattr(card, "last4", "") or ""),
    )


def _failure(intent: stripe.PaymentIntent) -> str:
    """What Stripe would have the shopper read of the last attempt."""
    error = intent.last_payment_error
    return str(getattr(error, "message", "") or "") if error else ""


def _event(event: stripe.Event) -> Event:
    subject: Any = event.data.object
    is_intent = getattr(subject, "object", "") == "payment_intent"
    intent_id = subject.id if is_intent else getattr(subject, "payment_intent", "")
    return Event(event.id, event.type, intent_id if isinstance(intent_id, str) else "", event.livemode)
