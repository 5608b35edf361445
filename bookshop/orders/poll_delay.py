"""The delay between two polls of a receipt."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bookshop.orders.receipt import ReceiptState

# up to this many polls, the page waits so many seconds before the next one
POLL_DELAYS = ((1, 0.3), (5, 1), (15, 2), (40, 5))
MAX_POLL_DELAY_SECONDS = 30
# 100 polls a second take less than half of one core (python -m bench polling)
MAX_POLLS_PER_SECOND = 100
# beyond it, polls of even more shoppers share the last second
MAX_SPREAD_SECONDS = 60


def poll_delay(state: ReceiptState, polls: int) -> float | None:
    """Return the seconds until the page polls again after so many polls, or None for never."""
    if state not in (ReceiptState.WAITING, ReceiptState.ACTION):
        return None
    return next((seconds for most, seconds in POLL_DELAYS if polls < most), MAX_POLL_DELAY_SECONDS)


@dataclass(slots=True)
class PollScheduler:
    """Spreads the polls of many waiting shoppers over the coming seconds."""

    max_per_second: int = MAX_POLLS_PER_SECOND
    clock: Callable[[], float] = time.monotonic
    scheduled: Counter[int] = field(default_factory=Counter)

    def schedule(self, delay: float) -> float:
        """Return the delay in seconds, at least `delay`, that keeps polls under the limit."""
        now = self.clock()
        for past in [second for second in self.scheduled if second < int(now)]:
            del self.scheduled[past]
        wanted = second = int(now + delay)
        while self.scheduled[second] >= self.max_per_second and second < now + MAX_SPREAD_SECONDS:
            second += 1
        self.scheduled[second] += 1
        if second == wanted:
            return delay
        # spread over the second, not all at its beginning
        return round(second - now + self.scheduled[second] / self.max_per_second, 1)
