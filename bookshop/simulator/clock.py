"""The account's clock: the machine's time, unless it is frozen."""

import time


class Clock:
    """Whole seconds since 1970, as Stripe counts them."""

    def __init__(self) -> None:
        self._frozen_at: int | None = None

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    def now(self) -> int:
        return int(time.time()) if self._frozen_at is None else self._frozen_at

    def freeze(self, at: int | None) -> None:
        """Stop at a second, or at the present one."""
        self._frozen_at = self.now() if at is None else at

    def advance(self, seconds: int) -> None:
        """Freeze the clock some seconds later."""
        self._frozen_at = self.now() + seconds

    def unfreeze(self) -> None:
        self._frozen_at = None
