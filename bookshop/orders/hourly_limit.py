"""Limit how often a browser, a network or an email address may do the same thing in an hour."""

import hmac
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.orders.clock_skew import MAX_SKEW
from bookshop.orders.hourly_limit_store import add_attempts, count_attempts, delete_attempts_outside

WINDOW = timedelta(hours=1)


class AttemptKind(StrEnum):
    """What is limited, against card testers and strangers who fill a shopper's mailbox."""

    ORDER = "order"
    FIND_ORDER = "find_order"
    WITHDRAWAL = "withdrawal"
    ACKNOWLEDGEMENT = "acknowledgement"


def keyed_hash(key: str, name: str) -> str:
    """Return a hash by which a name is counted, and from which it cannot be read."""
    return hmac.new(key.encode(), name.encode(), "sha256").hexdigest()


def allow_attempt(db: Connection, kind: AttemptKind, actors: Collection[str], max_attempts: int) -> bool:
    """Count one more attempt for each actor, unless one of them has reached the hourly limit."""
    now = datetime.now(UTC)
    since = now - WINDOW
    delete_attempts_outside(db, kind, since, now + MAX_SKEW)
    if any(count_attempts(db, kind, actor, since) >= max_attempts for actor in actors):
        return False
    add_attempts(db, kind, actors, now)
    return True
