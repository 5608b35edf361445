"""A token bucket: limits how often a process reads Stripe for waiting shoppers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

# 20 reads a second leave more than half of one core to other shoppers (python -m bench polling)
READS_PER_SECOND = 20


@dataclass(slots=True)
class TokenBucket:
    """Allows so many actions per second; what is not used is kept, up to so many at once."""

    per_second: float = READS_PER_SECOND
    burst: float = READS_PER_SECOND
    clock: Callable[[], float] = time.monotonic
    tokens: float = READS_PER_SECOND
    refilled_at: float = 0.0

    def take(self) -> bool:
        """Take a token, or return False when there is none."""
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.refilled_at) * self.per_second)
        self.refilled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def put_back(self) -> None:
        """Return a token that was taken in vain."""
        self.tokens += 1
