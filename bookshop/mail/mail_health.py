"""Whether mail is on its way, for `/readyz` and the office."""

from datetime import datetime, timedelta
from enum import StrEnum

MAX_DELAY = timedelta(minutes=15)


class MailHealth(StrEnum):
    """How mail is doing; without a server it is only kept."""

    OK = "ok"
    OFF = "off"
    DELAYED = "delayed"


def mail_health(oldest_unsent: datetime | None, now: datetime, *, has_server: bool) -> MailHealth:
    """Return how mail is doing; `oldest_unsent` is when the oldest mail was written that waits."""
    if not has_server:
        return MailHealth.OFF
    is_late = oldest_unsent is not None and now - oldest_unsent > MAX_DELAY
    return MailHealth.DELAYED if is_late else MailHealth.OK
