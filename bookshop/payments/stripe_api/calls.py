"""Await Stripe's responses, and translate its errors."""

import logging
from collections.abc import Awaitable
from typing import TypeVar

import stripe

from bookshop.payments.errors import (
    IdempotencyKeyReused,
    PaymentError,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
)

T = TypeVar("T")
ObjectT = TypeVar("ObjectT", bound=stripe.StripeObject)
log = logging.getLogger(__name__)


async def send(request: Awaitable[T]) -> T:
    """Return Stripe's response; raises PaymentError."""
    try:
        return await request
    except stripe.StripeError as error:
        # never the message: it may quote what was sent
        log.warning("Stripe: %s %s, request %s", type(error).__name__, error.code, error.request_id)
        raise translate(error) from error


async def list_all(request: Awaitable[stripe.ListObject[ObjectT]]) -> list[ObjectT]:
    """Return every object of a list, however many pages it takes; raises PaymentError."""
    first = await send(request)

    async def read_pages() -> list[ObjectT]:
        return [each async for each in first.auto_paging_iter()]

    return await send(read_pages())


def translate(error: stripe.StripeError) -> PaymentError:
    """Return the shop's error for one of Stripe's."""
    if error.code == "resource_missing":
        return UnknownPayment()
    if isinstance(error, stripe.InvalidRequestError):
        return RequestRefused(str(error.code or ""), error.param or "")
    if isinstance(error, stripe.IdempotencyError) and error.http_status == 400:
        return IdempotencyKeyReused()
    return ProviderUnavailable()
