"""Refuse attempts to sign in while their actors have to wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bookshop.staff.actors import network_actor
from bookshop.staff.failure_store import find_failures
from bookshop.staff.sign_in_delay import Failures


class TooManyFailures(Exception):
    """The next attempt is accepted after `delay`."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


def refuse_waiting_network(db: Connection, keys: Sequence[str], network: str, now: datetime) -> None:
    """Raise TooManyFailures while a network has to wait, for whatever name."""
    refuse_too_early(find_failures(db, [network_actor(keys, network).hash]), now)


def refuse_too_early(failures: Iterable[Failures], now: datetime) -> None:
    """Raise TooManyFailures while one of the actors has to wait."""
    if waits := [until for each in failures if (until := each.wait_until(now))]:
        raise TooManyFailures(max(waits) - now)
