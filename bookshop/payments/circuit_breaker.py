"""A circuit breaker: after several failures in a row, requests fail at once for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_FAILURES = 5
REST_SECONDS = 20.0


@dataclass(slots=True)
class CircuitBreaker:
    """Counts one process's failures in a row.

    Once it is open, requests fail at once, except for one after each rest.
    """

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether requests fail at once."""
        return self.failures >= MAX_FAILURES

    def allow_request(self) -> bool:
        """Return whether a request may be sent now."""
        if not self.is_open:
            return True
        now = self.clock()
        if now - self.opened_at < REST_SECONDS:
            return False
        self.opened_at = now
        return True

    def record(self, *, has_response: bool) -> None:
        """Record how a request ended; one that got a response closes the circuit."""
        self.failures = 0 if has_response else self.failures + 1
        if self.failures == MAX_FAILURES:
            self.opened_at = self.clock()
