"""A fuse before the provider: after several failures in a row nobody waits for it for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 5
REST_SECONDS = 20.0


@dataclass(slots=True)
class CircuitBreaker:
    """Counts failures of one process; while it is open, requests fail at once, then one may try again."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float = field(default=0.0)

    @property
    def is_open(self) -> bool:
        """Whether the provider is taken for unreachable."""
        return self.failures >= FAILURES

    def allow_request(self) -> bool:
        """Whether a request may be sent; an open breaker lets one through after each rest."""
        if not self.is_open:
            return True
        now = self.clock()
        if now - self.opened_at < REST_SECONDS:
            return False
        self.opened_at = now
        return True

    def record(self, *, is_answered: bool) -> None:
        """Remember how a request ended: any answer of substance closes the breaker."""
        self.failures = 0 if is_answered else self.failures + 1
        if self.failures == FAILURES:
            self.opened_at = self.clock()
