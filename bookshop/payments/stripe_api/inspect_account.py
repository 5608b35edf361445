"""Ask Stripe what a key may do and which webhook endpoints exist; nothing is changed."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx
import stripe

API_VERSION: str = stripe.api_version
TIMEOUT = httpx.Timeout(8, connect=4)
# a creation without parameters is refused, after Stripe has checked the permission
NEEDED_PERMISSIONS = {
    "PaymentIntents: write": "POST /v1/payment_intents",
    "Checkout Sessions: write": "POST /v1/checkout/sessions",
    "Refunds: write": "POST /v1/refunds",
    "Charges: read": "GET /v1/charges",
    "Disputes: read": "GET /v1/disputes",
    "Radar early fraud warnings: read": "GET /v1/radar/early_fraud_warnings",
    "Events: read": "GET /v1/events",
}
# more than an account may have
ENDPOINTS = "GET /v1/webhook_endpoints?limit=100"


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An address that Stripe sends events to; without a version they have the account's."""

    url: str
    is_enabled: bool
    api_version: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What Stripe responded; `endpoints` is None if the key may not list them."""

    is_reachable: bool = True
    is_key_accepted: bool = True
    missing_permissions: tuple[str, ...] = ()
    endpoints: tuple[WebhookEndpoint, ...] | None = None
    # how far this machine's clock is ahead of Stripe's
    clock_error: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Stripe's response to one call; `status` is 0 if there was none."""

    status: int
    date: str = ""
    data: Any = None


async def inspect_account(secret_key: str, api_base: str) -> AccountReport:
    """Send a call for each needed permission, all at once if the first is accepted."""
    http = stripe.HTTPXClient(timeout=TIMEOUT)
    client = stripe.StripeClient(secret_key, http_client=http, base_addresses={"api": api_base})
    try:
        first = await call(client, ENDPOINTS)
        now = datetime.now(UTC)
        if not first.status or first.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return AccountReport(is_reachable=False)
        replies = await asyncio.gather(*(call(client, each) for each in NEEDED_PERMISSIONS.values()))
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare
    statuses = dict(zip(NEEDED_PERMISSIONS, (reply.status for reply in replies), strict=True))
    return AccountReport(
        is_key_accepted=first.status != HTTPStatus.UNAUTHORIZED,
        missing_permissions=tuple(n for n, status in statuses.items() if status == HTTPStatus.FORBIDDEN),
        endpoints=None if first.data is None else tuple(map(read_endpoint, first.data["data"])),
        clock_error=now - parsedate_to_datetime(first.date) if first.date else None,
    )


async def call(client: stripe.StripeClient, name: str) -> Reply:
    """Send one call; its errors are replies too."""
    method, path = name.split(" ")
    try:
        response = await client.raw_request_async(method.lower(), path)
    except stripe.StripeError as error:
        headers: Any = error.headers or {}
        return Reply(error.http_status or 0, headers.get("date", ""))
    return Reply(response.code, response.headers.get("date", ""), response.data)


def read_endpoint(endpoint: dict[str, Any]) -> WebhookEndpoint:
    return WebhookEndpoint(
        endpoint["url"],
        endpoint["status"] == "enabled",
        endpoint["api_version"] or "",
        frozenset(endpoint["enabled_events"]),
    )
