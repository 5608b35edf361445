"""Idempotency keys: a request that is repeated under its key gets the stored response."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bookshop.simulator.errors import StripeError, StripeErrorBody


@dataclass(frozen=True)
class ApiResponse:
    """The status and JSON body of a response."""

    status: int
    body: str


@dataclass
class IdempotencyKeys:
    """The stored responses by key, each with the request that it belongs to."""

    stored: dict[str, tuple[str, ApiResponse]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)

    @contextmanager
    def reserve(self, key: str | None) -> Iterator[None]:
        """Allow one request at a time under a key."""
        if key is None:
            yield
            return
        if key in self._busy:
            message = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise idempotency_error(409, message, "idempotency_key_in_use")
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)

    def find(self, key: str | None, request: str) -> ApiResponse | None:
        """Return the response to the same request; raises StripeError if the key belongs to another."""
        if key is None or key not in self.stored:
            return None
        known, response = self.stored[key]
        if known != request:
            raise idempotency_error(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            )
        return response

    def store(self, key: str | None, request: str, response: ApiResponse) -> None:
        """Store a success or a decline; a refused request may be corrected under the same key."""
        if key is not None and (response.status < 300 or response.status == 402):
            self.stored[key] = (request, response)

    def clear(self) -> None:
        """Forget every response; requests under way keep their keys."""
        self.stored.clear()


def idempotency_error(status: int, message: str, code: str | None = None) -> StripeError:
    return StripeError(status, StripeErrorBody(type="idempotency_error", message=message, code=code))
