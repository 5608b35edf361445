"""Stripe, behind the shop's own words: the only file that knows its library."""

import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar, cast

import httpx
import stripe
from stripe.params import PaymentIntentCreateParams, RefundCreateParams
from stripe.params.checkout import (
    SessionCreateParams,
    SessionCreateParamsPaymentIntentData,
    SessionCreateParamsPaymentIntentDataShipping,
)

from bookshop.money import Money
from bookshop.orders.order import Charge, Order
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.circuit_breaker import CircuitBreaker
from bookshop.payments.gateway import (
    BadSignature,
    Event,
    HostedPage,
    IdempotencyKeyReused,
    Intent,
    PaymentError,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
    is_hosted,
)
from bookshop.payments.refund import Refund, RefundStatus, RefundUpdate

T = TypeVar("T")
L = TypeVar("L", bound=stripe.StripeObject)
log = logging.getLogger(__name__)

# worst case of one call: three tries of 8 s and two pauses below 2 s each, so under half a minute
TIMEOUT = httpx.Timeout(8, connect=3)
RETRIES = 2
LONGEST_NAME = 250
# others, such as «requires_action», still wait for somebody
REFUND_STATUS = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
# disputes that nobody can answer any more
OVER = ("won", "lost", "warning_closed", "prevented")


class CircuitBreakerClient(stripe.HTTPXClient):
    """Stripe's HTTP client behind a fuse: when Stripe is down, shoppers are told at once."""

    def __init__(self, breaker: CircuitBreaker) -> None:
        super().__init__(timeout=TIMEOUT)
        self.breaker = breaker

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if not self.breaker.allow_request():
            text = "Stripe has not answered for a while"
            raise stripe.APIConnectionError(text, should_retry=False)  # type: ignore[no-untyped-call]  # bare
        try:
            answer = await super().request_async(method, url, headers, post_data)
        except stripe.APIConnectionError:
            self.breaker.record(is_answered=False)
            raise
        self.breaker.record(is_answered=answer[1] < HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer


class StripeGateway:
    """The shop's Stripe account; belongs to the event loop that first uses it."""

    def __init__(self, secret_key: str, webhook_secrets: tuple[str, ...], api_base: str) -> None:
        # it would keep an id in the home folder and tell Stripe of the platform
        stripe.enable_telemetry = False
        self._breaker = CircuitBreaker()
        self._http = CircuitBreakerClient(self._breaker)
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            base_addresses={"api": api_base},
            # a client of its own retries nothing unless it is told to
            max_network_retries=RETRIES,
        )
        self._webhook_secrets = webhook_secrets

    @property
    def is_reachable(self) -> bool:
        return not self._breaker.is_open

    async def create_payment(self, order: Order) -> Intent:
        key = f"order-{order.id}-{order.intent_version}"
        create = self._client.v1.payment_intents.create_async(_params(order), {"idempotency_key": key})
        return _intent(await _asked(create))

    async def create_hosted_payment(self, order: Order, pages: HostedPage) -> Intent:
        key = f"order-{order.id}-{order.intent_version}"
        create = self._client.v1.checkout.sessions.create_async(
            _session_params(order, pages), {"idempotency_key": key}
        )
        return _session(await _asked(create))

    async def read_payment(self, intent_id: str) -> Intent:
        if is_hosted(intent_id):
            session = self._client.v1.checkout.sessions.retrieve_async(
                intent_id, {"expand": ["payment_intent.latest_charge"]}
            )
            return _session(await _asked(session))
        read = self._client.v1.payment_intents.retrieve_async(intent_id, {"expand": ["latest_charge"]})
        return _intent(await _asked(read))

    async def cancel_payment(self, intent_id: str) -> PaymentUpdate:
        if is_hosted(intent_id):
            return await self._expire_session(intent_id)
        cancel = self._client.v1.payment_intents.cancel_async(intent_id, {"cancellation_reason": "abandoned"})
        try:
            return _intent(await _asked(cancel)).update
        except RequestRefused:
            # not cancellable any more: paid, cancelled before, or on its way; the payment itself says which
            return (await self.read_payment(intent_id)).update

    async def _expire_session(self, session_id: str) -> PaymentUpdate:
        # refused when it is not open any more: paid, or expired before; the session itself says which
        with suppress(RequestRefused):
            await _asked(self._client.v1.checkout.sessions.expire_async(session_id))
        return (await self.read_payment(session_id)).update

    async def list_events(self, since: datetime) -> list[Event]:
        pages = await _asked(
            self._client.v1.events.list_async({"created": {"gte": int(since.timestamp())}, "limit": 100})
        )
        try:
            events = [_event(event) async for event in pages.auto_paging_iter()]
        except stripe.StripeError as error:
            raise _problem(error) from error
        return events[::-1]

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

    async def refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        create = self._client.v1.refunds.create_async(
            _refund_params(charge_id, refund), {"idempotency_key": refund.id}
        )
        return _refund(await _asked(create))

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        listed = self._client.v1.refunds.list_async({"charge": charge_id, "limit": 100})
        return [_refund(refund) for refund in await _all(listed)]

    async def find_dispute(self, charge_id: str) -> str:
        listed = self._client.v1.disputes.list_async({"charge": charge_id, "limit": 100})
        disputes = [dispute.status for dispute in await _all(listed)]
        # the newest comes first, but one that is not over matters more
        return next((status for status in disputes if status not in OVER), disputes[0] if disputes else "")

    async def find_fraud_warning(self, charge_id: str) -> str:
        listed = self._client.v1.radar.early_fraud_warnings.list_async({"charge": charge_id, "limit": 1})
        warnings = (await _asked(listed)).data
        return warnings[0].fraud_type if warnings else ""

    async def list_payments(self, since: datetime) -> AsyncIterator[PaymentUpdate]:
        pages = await _asked(
            self._client.v1.payment_intents.list_async(
                {
                    "created": {"gte": int(since.timestamp())},
                    "expand": ["data.latest_charge"],
                    "limit": 100,
                }
            )
        )
        try:
            async for intent in pages.auto_paging_iter():
                yield _intent(intent).update
        except stripe.StripeError as error:
            raise _problem(error) from error


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


def _session_params(order: Order, pages: HostedPage) -> SessionCreateParams:
    """The same payment for the hosted page; one line, so that its sum is the order's to the cent."""
    intent = _params(order)
    payment: SessionCreateParamsPaymentIntentData = {
        "metadata": {"order": order.id},
        "receipt_email": order.email,
    }
    if "shipping" in intent:
        payment["shipping"] = cast(SessionCreateParamsPaymentIntentDataShipping, intent["shipping"])
    titles = ", ".join(line.title for line in order.lines)
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.total.currency.lower(),
                    "unit_amount": order.total.minor,
                    "product_data": {"name": titles[:LONGEST_NAME]},
                },
            }
        ],
        "metadata": {"order": order.id},
        "payment_intent_data": payment,
        "customer_email": order.email,
        "success_url": pages.paid,
        "cancel_url": pages.back,
        "expires_at": int(pages.expires_at.timestamp()),
    }


async def _asked(question: Awaitable[T]) -> T:
    """Stripe's answer, or the shop's word for its failure."""
    try:
        return await question
    except stripe.StripeError as error:
        # never the message: it may quote what was sent
        log.warning("Stripe: %s %s, request %s", type(error).__name__, error.code, error.request_id)
        raise _problem(error) from error


async def _all(question: Awaitable[stripe.ListObject[L]]) -> list[L]:
    """Every object of a list, whatever number of pages it takes."""
    first = await _asked(question)

    async def turn_pages() -> list[L]:
        return [each async for each in first.auto_paging_iter()]

    return await _asked(turn_pages())


def _problem(error: stripe.StripeError) -> PaymentError:
    if error.code == "resource_missing":
        return UnknownPayment()
    if isinstance(error, stripe.InvalidRequestError):
        return RequestRefused(str(error.code or ""), error.param or "")
    if isinstance(error, stripe.IdempotencyError) and error.http_status == 400:
        return IdempotencyKeyReused()
    return ProviderUnavailable()


def _intent(intent: stripe.PaymentIntent) -> Intent:
    currency = intent.currency.upper()
    update = PaymentUpdate(
        intent_id=intent.id,
        status=intent.status,
        amount=Money(intent.amount, currency),
        received=Money(intent.amount_received, currency),
        order_id=str(getattr(intent.metadata, "order", "")),
        charge=_charge(intent.latest_charge),
        failure=_failure(intent),
    )
    return Intent(update, intent.client_secret or "")


def _session(session: stripe.checkout.Session) -> Intent:
    """A hosted payment in the words of an intent, which Stripe makes only when the shopper pays."""
    currency = str(session.currency).upper()
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    update = PaymentUpdate(
        intent_id=session.id,
        status=_session_status(session, intent),
        amount=Money(session.amount_total or 0, currency),
        received=Money(intent.amount_received if intent else 0, currency),
        order_id=str(getattr(session.metadata, "order", "")),
        charge=_charge(intent.latest_charge) if intent else None,
        failure=_failure(intent) if intent else "",
    )
    return Intent(update, "", session.url or "")


def _session_status(session: stripe.checkout.Session, intent: stripe.PaymentIntent | None) -> str:
    if session.status == "expired":
        return "canceled"
    if session.status == "open":
        return "requires_payment_method"
    # complete: paid at once, or by a method that takes its time, or that failed at last
    if intent is None or intent.status in ("succeeded", "processing"):
        return intent.status if intent else "processing"
    return "canceled"


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


def _refund_params(charge_id: str, refund: Refund) -> RefundCreateParams:
    """Made of what is stored alone, so that they are the same whenever it is asked."""
    params: RefundCreateParams = {
        "charge": charge_id,
        "amount": refund.amount.minor,
        "metadata": {"order": refund.order_id, "refund": refund.id},
    }
    if refund.reason:
        params["reason"] = refund.reason
    return params


def _refund(refund: stripe.Refund) -> RefundUpdate:
    return RefundUpdate(
        refund_id=refund.id,
        status=REFUND_STATUS.get(refund.status or "", RefundStatus.PENDING),
        amount=Money(refund.amount, refund.currency.upper()),
        key=str(getattr(refund.metadata, "refund", "")),
        made_at=datetime.fromtimestamp(refund.created, UTC),
        reason=refund.reason or "",
        failure=_refund_failure(refund),
    )


def _refund_failure(refund: stripe.Refund) -> str:
    """Why no money goes back after all."""
    reason = str(getattr(refund, "failure_reason", "") or "")
    return reason or ("canceled" if refund.status == "canceled" else "")


def _event(event: stripe.Event) -> Event:
    subject: Any = event.data.object
    kind = getattr(subject, "object", "")
    return Event(
        event.id,
        event.type,
        subject.id if kind == "payment_intent" else _id(subject, "payment_intent"),
        str(getattr(getattr(subject, "metadata", None), "order", "")),
        event.livemode,
        subject.id if kind == "charge" else _id(subject, "charge"),
    )


def _id(subject: Any, name: str) -> str:
    """The id of another object that this one belongs to; empty when there is none."""
    found = getattr(subject, name, "")
    return found if isinstance(found, str) else ""
