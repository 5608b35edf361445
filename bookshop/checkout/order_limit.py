"""How many orders one browser or one address may place: people who try out stolen cards place many."""

import hmac
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from bookshop.schema import attempts

WINDOW = timedelta(hours=1)
KIND = "order"
COUNT = (
    select(func.count())
    .select_from(attempts)
    .where(
        attempts.c.kind == bindparam("what"),
        attempts.c.actor_hash == bindparam("whose"),
        attempts.c.at > bindparam("since"),
    )
)
ADD = attempts.insert()
FORGET = attempts.delete().where(attempts.c.kind == bindparam("what"), attempts.c.at <= bindparam("since"))


def keyed_hash(secret: str, name: str) -> str:
    """A name by which somebody is counted, and from which nobody can read who it was."""
    return hmac.new(secret.encode(), name.encode(), "sha256").hexdigest()


def allow_attempt(db: Connection, names: Collection[str], limit: int) -> bool:
    """Count one more try for each name, unless one of them has had as many in the last hour."""
    now = datetime.now(UTC)
    window = {"what": KIND, "since": now - WINDOW}
    db.execute(FORGET, window)
    if any(db.execute(COUNT, {**window, "whose": name}).scalar_one() >= limit for name in names):
        return False
    db.execute(ADD, [{"kind": KIND, "actor_hash": name, "at": now} for name in names])
    return True
