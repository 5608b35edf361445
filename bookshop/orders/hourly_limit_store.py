"""Store attempts, by which they are limited."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from bookshop.schema import attempts

_IS_KIND = attempts.c.kind == bindparam("of_kind")

DELETE_ATTEMPTS = attempts.delete().where(
    _IS_KIND, or_(attempts.c.at <= bindparam("since"), attempts.c.at > bindparam("until"))
)


def delete_attempts_outside(db: Connection, kind: str, since: datetime, until: datetime) -> None:
    """Delete attempts of the past, and those of a clock that was ahead."""
    db.execute(DELETE_ATTEMPTS, {"of_kind": kind, "since": since, "until": until})


COUNT_ATTEMPTS = (
    select(func.count())
    .select_from(attempts)
    .where(_IS_KIND, attempts.c.actor_hash == bindparam("actor"), attempts.c.at > bindparam("since"))
)


def count_attempts(db: Connection, kind: str, actor: str, since: datetime) -> int:
    """Return how many attempts an actor has made since then."""
    return db.execute(COUNT_ATTEMPTS, {"of_kind": kind, "actor": actor, "since": since}).scalar_one()


ADD_ATTEMPTS = attempts.insert()


def add_attempts(db: Connection, kind: str, actors: Iterable[str], at: datetime) -> None:
    """Count one attempt for each actor."""
    db.execute(ADD_ATTEMPTS, [{"kind": kind, "actor_hash": actor, "at": at} for actor in actors])
