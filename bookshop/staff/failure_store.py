"""Storing attempts to sign in that failed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from bookshop.schema import sign_in_failures
from bookshop.schema.columns import TIMESTAMP
from bookshop.staff.sign_in_delay import FORGET_TIME, Failures

FIND_FAILURES = select(sign_in_failures).where(
    sign_in_failures.c.actor_hash.in_(bindparam("actors", expanding=True))
)


def find_failures(db: Connection, actors: Iterable[str]) -> list[Failures]:
    """Return the failures of those actors that have any."""
    rows = db.execute(FIND_FAILURES, {"actors": list(actors)})
    return [Failures(row.failures, row.retry_at) for row in rows]


ADD_ACTORS = text(
    "INSERT INTO sign_in_failures (actor_hash, failures, retry_at) VALUES (:actor_hash, 0, :now)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=TIMESTAMP))
LOCK_FAILURES = FIND_FAILURES.order_by(sign_in_failures.c.actor_hash).with_for_update()


def lock_failures(db: Connection, actors: Iterable[str], now: datetime) -> dict[str, Failures]:
    """Return the failures of each actor, which no other attempt changes meanwhile."""
    hashes = sorted(actors)
    db.execute(ADD_ACTORS, [{"actor_hash": actor, "now": now} for actor in hashes])
    found = db.execute(LOCK_FAILURES, {"actors": hashes})
    return {row.actor_hash: Failures(row.failures, row.retry_at) for row in found}


SET_FAILURES = (
    sign_in_failures.update()
    .where(sign_in_failures.c.actor_hash == bindparam("actor"))
    .values(failures=bindparam("count"), retry_at=bindparam("until", type_=TIMESTAMP))
)


def set_failures(db: Connection, failures: dict[str, Failures]) -> None:
    """Store the failures of actors that are locked."""
    rows = [{"actor": actor, "count": each.count, "until": each.retry_at} for actor, each in failures.items()]
    db.execute(SET_FAILURES, rows)


DELETE_FAILURES = sign_in_failures.delete().where(
    sign_in_failures.c.actor_hash.in_(bindparam("actors", expanding=True))
)


def delete_failures(db: Connection, actors: Iterable[str]) -> None:
    """Forget the failures of actors who have signed in."""
    db.execute(DELETE_FAILURES, {"actors": list(actors)})


DELETE_OLD = sign_in_failures.delete().where(
    sign_in_failures.c.retry_at < bindparam("before", type_=TIMESTAMP)
)


def delete_old_failures(db: Connection, now: datetime) -> None:
    """Forget failures of long ago."""
    db.execute(DELETE_OLD, {"before": now - FORGET_TIME})
