"""Stripe's HTTP client behind a circuit breaker: when Stripe is down, requests fail at once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import stripe

from bookshop.payments.circuit_breaker import CircuitBreaker
from bookshop.payments.key_state import KeyState

# worst case of one call: three tries of 8 s and two pauses below 2 s each, so under half a minute
TIMEOUT = httpx.Timeout(8, connect=3)


class CircuitBreakerClient(stripe.HTTPXClient):
    """Sends requests while the breaker allows it, and records how they end."""

    def __init__(self, breaker: CircuitBreaker) -> None:
        super().__init__(timeout=TIMEOUT)
        self.breaker = breaker
        self.key_state = KeyState()

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if not self.breaker.allow_request():
            text = "Stripe has not responded for a while"
            raise stripe.APIConnectionError(text, should_retry=False)  # type: ignore[no-untyped-call]  # bare
        try:
            response = await super().request_async(method, url, headers, post_data)
        except stripe.APIConnectionError:
            self.breaker.record(has_response=False)
            raise
        self.breaker.record(has_response=response[1] < HTTPStatus.INTERNAL_SERVER_ERROR)
        self.key_state.record(name_call(method, url), response[1])
        return response


def name_call(method: str, url: str) -> str:
    """Return the method and the kind of object, for which a restricted key has a permission."""
    return f"{method.lower()} {urlsplit(url).path.split('/')[2]}"
