"""The shop's Stripe account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime

import stripe

from bookshop.orders.order import Order
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.charge_history import ChargeChange, Concern
from bookshop.payments.circuit_breaker import CircuitBreaker
from bookshop.payments.errors import BadSignature, RequestRefused
from bookshop.payments.gateway import Event, HostedPage, Intent
from bookshop.payments.key_state import KeyState
from bookshop.payments.payment_details import PaymentDetails
from bookshop.payments.refund import Refund, RefundUpdate
from bookshop.payments.stripe_api.calls import list_all, list_each, send
from bookshop.payments.stripe_api.client import CircuitBreakerClient
from bookshop.payments.stripe_api.event_objects import is_signed, parse_event, read_event
from bookshop.payments.stripe_api.objects import is_session, read_intent, read_session
from bookshop.payments.stripe_api.params import intent_params, order_key, refund_params, session_params
from bookshop.payments.stripe_api.payment_details import read_details
from bookshop.payments.stripe_api.refund_objects import (
    read_dispute,
    read_dispute_change,
    read_refund,
    read_refund_change,
    read_warning_change,
)

MAX_RETRIES = 2
PAGE_SIZE = 100


class StripeGateway:
    """The shop's Stripe account; belongs to the event loop that first uses it."""

    def __init__(
        self,
        secret_key: str,
        webhook_secrets: tuple[str, ...],
        api_base: str,
        *,
        with_receipt: bool = True,
    ) -> None:
        # a shop that sends mail confirms its orders itself: two mails about one payment make people ask
        self._with_receipt = with_receipt
        # it would keep an id in the home folder and send Stripe facts about the platform
        stripe.enable_telemetry = False
        self._breaker = CircuitBreaker()
        self._http = CircuitBreakerClient(self._breaker)
        client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            base_addresses={"api": api_base},
            # a client of its own retries nothing by default
            max_network_retries=MAX_RETRIES,
        )
        self._api = client.v1
        self._webhook_secrets = webhook_secrets

    @property
    def is_reachable(self) -> bool:
        return not self._breaker.is_open

    @property
    def key_state(self) -> KeyState:
        return self._http.key_state

    async def check_key(self) -> None:
        await send(self._api.events.list_async({"limit": 1}, {"max_network_retries": 0}))

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare

    async def create_payment(self, order: Order, shop_id: str) -> Intent:
        options: stripe.RequestOptions = {"idempotency_key": order_key(order)}
        create = self._api.payment_intents.create_async(
            intent_params(order, shop_id, with_receipt=self._with_receipt), options
        )
        return read_intent(await send(create))

    async def create_hosted_payment(self, order: Order, shop_id: str, page: HostedPage) -> Intent:
        options: stripe.RequestOptions = {"idempotency_key": order_key(order)}
        create = self._api.checkout.sessions.create_async(
            session_params(order, shop_id, page, with_receipt=self._with_receipt), options
        )
        return read_session(await send(create))

    async def read_payment(self, payment_id: str) -> Intent:
        if is_session(payment_id):
            session = self._api.checkout.sessions.retrieve_async(
                payment_id, {"expand": ["payment_intent.latest_charge"]}
            )
            return read_session(await send(session))
        intent = self._api.payment_intents.retrieve_async(payment_id, {"expand": ["latest_charge"]})
        return read_intent(await send(intent))

    async def cancel_payment(self, payment_id: str) -> PaymentUpdate:
        if is_session(payment_id):
            return await self._expire_session(payment_id)
        cancel = self._api.payment_intents.cancel_async(payment_id, {"cancellation_reason": "abandoned"})
        try:
            return read_intent(await send(cancel)).update
        except RequestRefused:
            # no longer cancellable: paid, cancelled before, or processing; the payment itself tells which
            return (await self.read_payment(payment_id)).update

    async def _expire_session(self, session_id: str) -> PaymentUpdate:
        # refused when it is no longer open: paid, or expired before; the session itself tells which
        with suppress(RequestRefused):
            await send(self._api.checkout.sessions.expire_async(session_id))
        return (await self.read_payment(session_id)).update

    async def list_payments(self, since: datetime) -> AsyncIterator[PaymentUpdate]:
        async for intent in self._list_intents(since):
            yield read_intent(intent).update

    async def list_payment_details(self, since: datetime) -> AsyncIterator[PaymentDetails]:
        async for intent in self._list_intents(since):
            yield read_details(intent)

    async def read_payment_details(self, intent_id: str) -> PaymentDetails:
        intent = self._api.payment_intents.retrieve_async(intent_id, {"expand": ["latest_charge"]})
        return read_details(await send(intent))

    def _list_intents(self, since: datetime) -> AsyncIterator[stripe.PaymentIntent]:
        listed = self._api.payment_intents.list_async(
            {
                "created": {"gte": int(since.timestamp())},
                "expand": ["data.latest_charge"],
                "limit": PAGE_SIZE,
            }
        )
        return list_each(listed)

    async def list_events(self, since: datetime) -> list[Event]:
        listed = self._api.events.list_async({"created": {"gte": int(since.timestamp())}, "limit": PAGE_SIZE})
        return [read_event(event) for event in await list_all(listed)][::-1]

    def read_event(self, body: bytes, signature: str) -> Event:
        if not any(is_signed(body, signature, secret) for secret in self._webhook_secrets):
            raise BadSignature
        return parse_event(body)

    async def list_charge_changes(self, since: datetime) -> AsyncIterator[ChargeChange]:
        moment = int(since.timestamp())
        refunds = self._api.refunds.list_async({"created": {"gte": moment}, "limit": PAGE_SIZE})
        async for refund in list_each(refunds):
            if change := read_refund_change(refund):
                yield change
        disputes = self._api.disputes.list_async({"created": {"gte": moment}, "limit": PAGE_SIZE})
        async for dispute in list_each(disputes):
            yield read_dispute_change(dispute)
        warnings = self._api.radar.early_fraud_warnings.list_async(
            {"created": {"gte": moment}, "limit": PAGE_SIZE}
        )
        async for warning in list_each(warnings):
            yield read_warning_change(warning)

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        options: stripe.RequestOptions = {"idempotency_key": refund.id}
        create = self._api.refunds.create_async(refund_params(charge_id, refund), options)
        return read_refund(await send(create))

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        listed = self._api.refunds.list_async({"charge": charge_id, "limit": PAGE_SIZE})
        return [read_refund(refund) for refund in await list_all(listed)]

    async def find_dispute(self, charge_id: str) -> Concern | None:
        listed = self._api.disputes.list_async({"charge": charge_id, "limit": PAGE_SIZE})
        return read_dispute(await list_all(listed))

    async def find_fraud_warning(self, charge_id: str) -> Concern | None:
        listed = self._api.radar.early_fraud_warnings.list_async({"charge": charge_id, "limit": 1})
        warnings = (await send(listed)).data
        return Concern(warnings[0].id, warnings[0].fraud_type) if warnings else None
