"""How one process stays quick while very many wait for their payments."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

# of a second of one core, what these take leaves more than half to those who still shop
ANSWERS_A_SECOND = 100
QUESTIONS_A_SECOND = 20
LONGEST_DELAY = 60


@dataclass(slots=True)
class PollScheduler:
    """When each of those who wait is to ask again: as soon as it should, but never too many in one second."""

    most: int = ANSWERS_A_SECOND
    clock: Callable[[], float] = time.monotonic
    booked: Counter[int] = field(default_factory=Counter)

    def book(self, delay: float) -> float:
        """The seconds after which somebody may ask again who would like to after this many."""
        now = self.clock()
        for past in [second for second in self.booked if second < int(now)]:
            del self.booked[past]
        wanted = second = int(now + delay)
        while self.booked[second] >= self.most and second < now + LONGEST_DELAY:
            second += 1
        self.booked[second] += 1
        if second == wanted:
            return delay
        # spread over the second, not all at its beginning
        return round(second - now + self.booked[second] / self.most, 1)


@dataclass(slots=True)
class TokenBucket:
    """What may be done only so many times a second; what was not used is kept for a second."""

    per_second: float = QUESTIONS_A_SECOND
    clock: Callable[[], float] = time.monotonic
    left: float = QUESTIONS_A_SECOND
    seen_at: float = 0.0

    def take(self) -> bool:
        """Whether it may be done once more now."""
        now = self.clock()
        self.left = min(self.per_second, self.left + (now - self.seen_at) * self.per_second)
        self.seen_at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
