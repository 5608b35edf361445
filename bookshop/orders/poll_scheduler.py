"""Spread the polls of receipts, so that a process stays quick while many shoppers wait."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

# 100 polls a second take less than half of one core (python -m bench polling)
MAX_POLLS_PER_SECOND = 100
MAX_DELAY_SECONDS = 60


@dataclass(slots=True)
class PollScheduler:
    """Chooses when each waiting receipt polls again, at most `max_per_second` in a second."""

    max_per_second: int = MAX_POLLS_PER_SECOND
    clock: Callable[[], float] = time.monotonic
    scheduled: Counter[int] = field(default_factory=Counter)

    def schedule(self, delay: float) -> float:
        """Return the delay in seconds, at least `delay`, that keeps polls under the limit."""
        now = self.clock()
        for past in [second for second in self.scheduled if second < int(now)]:
            del self.scheduled[past]
        wanted = second = int(now + delay)
        while self.scheduled[second] >= self.max_per_second and second < now + MAX_DELAY_SECONDS:
            second += 1
        self.scheduled[second] += 1
        if second == wanted:
            return delay
        # spread over the second, not all at its beginning
        return round(second - now + self.scheduled[second] / self.max_per_second, 1)
