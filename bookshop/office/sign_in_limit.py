"""How many attempts to sign in a process accepts.

A password takes 60 ms of a core on purpose, so that strangers who send many would slow the shop. Browsers in
which staff have signed in before are counted apart, so that strangers do not keep the staff out.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bookshop.orders.token_bucket import TokenBucket

ATTEMPTS_PER_SECOND = 2
# at once, after a quiet while: several people begin their day at the same time
BURST = 8
RETRY_TIME = timedelta(seconds=5)


def new_bucket() -> TokenBucket:
    return TokenBucket(ATTEMPTS_PER_SECOND, BURST, tokens=BURST)


@dataclass(frozen=True, slots=True)
class SignInLimit:
    """A bucket for strangers and one for known browsers."""

    strangers: TokenBucket = field(default_factory=new_bucket)
    known: TokenBucket = field(default_factory=new_bucket)

    def take(self, *, is_known: bool) -> bool:
        """Count an attempt, or return False if there are too many."""
        return (self.known if is_known else self.strangers).take()
