"""The account's time: the machine's, unless it stands still."""

import time


class Clock:
    """Seconds as Stripe counts them; they run until they are frozen."""

    def __init__(self) -> None:
        self._frozen_at: int | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    def now(self) -> int:
        """This second."""
        return int(time.time()) if self._frozen_at is None else self._frozen_at

    def freeze(self, at: int | None) -> None:
        """Stand still at a second, or at this one."""
        self._frozen_at = self.now() if at is None else at

    def advance(self, seconds: int) -> None:
        """Stand still some seconds later."""
        self._frozen_at = self.now() + seconds

    def run(self) -> None:
        """Be the machine's time again."""
        self._frozen_at = None
