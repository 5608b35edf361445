"""Answers that are given again when a request is sent again under its key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bookshop.simulator.errors import Problem, StripeError


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    body: str


@dataclass
class Answers:
    """The answers by key, each with the request that it was given to."""

    _known: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)

    @contextmanager
    def reserve(self, key: str | None) -> Iterator[None]:
        """Let one request at a time work under a key."""
        if key is None:
            yield
            return
        if key in self._busy:
            message = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise conflict(409, message, "idempotency_key_in_use")
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)

    def find(self, key: str | None, request: str) -> Answer | None:
        """The answer that this request has had before."""
        if key is None or key not in self._known:
            return None
        known, answer = self._known[key]
        if known != request:
            raise conflict(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            )
        return answer

    def keep(self, key: str | None, request: str, answer: Answer) -> None:
        """Remember the answer to work that was done; a request refused unread may be put right."""
        if key is not None and (answer.status < 300 or answer.status == 402):
            self._known[key] = (request, answer)

    def clear(self) -> None:
        """Forget every answer; requests under way keep their keys."""
        self._known.clear()


def conflict(status: int, message: str, code: str | None = None) -> StripeError:
    """A key that is taken."""
    return StripeError(status, Problem(type="idempotency_error", message=message, code=code))
