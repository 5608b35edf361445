"""Limits the orders of one browser and of one network: card testers place many."""

import hmac
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select

from bookshop.orders.clock_skew import MAX_SKEW
from bookshop.schema import attempts

WINDOW = timedelta(hours=1)
ORDER_ATTEMPT = "order"


def keyed_hash(key: str, name: str) -> str:
    """Return a hash by which a name is counted, and from which it cannot be read."""
    return hmac.new(key.encode(), name.encode(), "sha256").hexdigest()


DELETE_OLD_ATTEMPTS = attempts.delete().where(
    attempts.c.kind == bindparam("attempt_kind"),
    or_(attempts.c.at <= bindparam("since"), attempts.c.at > bindparam("until")),
)
COUNT_ATTEMPTS = (
    select(func.count())
    .select_from(attempts)
    .where(
        attempts.c.kind == bindparam("attempt_kind"),
        attempts.c.actor_hash == bindparam("actor"),
        attempts.c.at > bindparam("since"),
    )
)
ADD_ATTEMPTS = attempts.insert()


def allow_attempt(db: Connection, actors: Collection[str], max_attempts: int) -> bool:
    """Count one more attempt for each actor, unless one of them has reached the hourly limit."""
    now = datetime.now(UTC)
    window = {"attempt_kind": ORDER_ATTEMPT, "since": now - WINDOW}
    db.execute(DELETE_OLD_ATTEMPTS, {**window, "until": now + MAX_SKEW})
    for actor in actors:
        if db.execute(COUNT_ATTEMPTS, {**window, "actor": actor}).scalar_one() >= max_attempts:
            return False
    db.execute(ADD_ATTEMPTS, [{"kind": ORDER_ATTEMPT, "actor_hash": actor, "at": now} for actor in actors])
    return True
