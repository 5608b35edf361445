"""A clock that tests set."""


class Clock:
    """Stands still until `now` is set."""

    def __init__(self) -> None:
        self.now = 1000.25

    def __call__(self) -> float:
        return self.now
