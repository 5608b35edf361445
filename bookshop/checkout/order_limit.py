"""Limits the orders of one browser and of one network: card testers place many."""

import hmac
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bookshop.checkout.order_limit_store import add_attempts, count_attempts, delete_attempts_outside
from bookshop.orders.clock_skew import MAX_SKEW

WINDOW = timedelta(hours=1)


def keyed_hash(key: str, name: str) -> str:
    """Return a hash by which a name is counted, and from which it cannot be read."""
    return hmac.new(key.encode(), name.encode(), "sha256").hexdigest()


def allow_attempt(db: Connection, actors: Collection[str], max_attempts: int) -> bool:
    """Count one more attempt for each actor, unless one of them has reached the hourly limit."""
    now = datetime.now(UTC)
    since = now - WINDOW
    delete_attempts_outside(db, since, now + MAX_SKEW)
    if any(count_attempts(db, actor, since) >= max_attempts for actor in actors):
        return False
    add_attempts(db, actors, now)
    return True
