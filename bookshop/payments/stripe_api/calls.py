"""Await Stripe's responses, and translate its errors."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import stripe

from bookshop.payments.errors import (
    IdempotencyKeyReused,
    KeyRejected,
    PaymentError,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
)

T = TypeVar("T")
ObjectT = TypeVar("ObjectT", bound=stripe.StripeObject)
log = logging.getLogger(__name__)
# names of permissions in Stripe's messages, such as rak_charge_read
PERMISSION = re.compile(r"\brak_[a-z_]+")


async def send(request: Awaitable[T]) -> T:
    """Return Stripe's response; raises PaymentError."""
    try:
        return await request
    except stripe.StripeError as error:
        raise log_and_translate(error) from error


async def list_each(request: Awaitable[stripe.ListObject[ObjectT]]) -> AsyncIterator[ObjectT]:
    """Yield every object of a list, page by page; raises PaymentError."""
    first = await send(request)
    try:
        async for each in first.auto_paging_iter():
            yield each
    except stripe.StripeError as error:
        raise log_and_translate(error) from error


async def list_all(request: Awaitable[stripe.ListObject[ObjectT]]) -> list[ObjectT]:
    """Return every object of a list, however many pages it takes; raises PaymentError."""
    return [each async for each in list_each(request)]


def log_and_translate(error: stripe.StripeError) -> PaymentError:
    """Log an error, and return the shop's for it."""
    # never the message: it may quote what was sent
    facts = (type(error).__name__, error.code, error.request_id)
    log.warning("Stripe: %s", ", ".join(filter(None, facts)))
    problem = translate(error)
    if isinstance(problem, KeyRejected):
        log.error("%s", problem)
    return problem


def translate(error: stripe.StripeError) -> PaymentError:
    """Return the shop's error for one of Stripe's."""
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return KeyRejected(explain_rejection(error))
    if error.code == "resource_missing":
        return UnknownPayment()
    if isinstance(error, stripe.InvalidRequestError):
        return RequestRefused(str(error.code or ""), error.param or "")
    if isinstance(error, stripe.IdempotencyError) and error.http_status == 400:
        return IdempotencyKeyReused()
    return ProviderUnavailable()


def explain_rejection(error: stripe.StripeError) -> str:
    """Say what is wrong with the key, in one line without any of it."""
    if isinstance(error, stripe.AuthenticationError):
        return (
            "Stripe rejects STRIPE_SECRET_KEY: the key is mistyped, expired or revoked. "
            "Copy it again from https://dashboard.stripe.com/apikeys"
        )
    missing = " ".join(dict.fromkeys(PERMISSION.findall(error.user_message or "")))
    return (
        f"Stripe refuses STRIPE_SECRET_KEY a permission{missing and f' ({missing})'}. "
        "docs/deploy.md lists the permissions that the shop needs"
    )
