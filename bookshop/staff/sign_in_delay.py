"""How long to wait after attempts to sign in that failed, and for whom each of them counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_DELAY_SECONDS = 5
MAX_DELAY = timedelta(hours=1)
# failures in a row before the first delay
FREE_FOR_NAME, FREE_FOR_NETWORK, FREE_FOR_CODES = 3, 20, 5
# an actor without a failure for this time starts again
FORGET_TIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Actor:
    """For whom failures are counted: a keyed hash, and how many are free."""

    hash: str
    free: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures in a row of one actor, who may try again at `retry_at`."""

    count: int
    retry_at: datetime

    def wait_until(self, now: datetime) -> datetime | None:
        """Return when the actor may try again, if that is later; a clock may have been ahead."""
        return self.retry_at if now < self.retry_at <= now + MAX_DELAY else None


def add_failure(actor: Actor, count: int, now: datetime) -> Failures:
    """Return the failures of an actor after one more: each delay doubles the one before."""
    extra = count + 1 - actor.free
    if extra < 0:
        return Failures(count + 1, now)
    # the exponent is bounded, since there may be very many failures
    delay = timedelta(seconds=FIRST_DELAY_SECONDS * 2 ** min(extra, 16))
    return Failures(count + 1, now + min(delay, MAX_DELAY))


def take_back(failures: Failures, now: datetime) -> Failures:
    """Return the failures without the last one, which was none."""
    return Failures(max(0, failures.count - 1), now)
