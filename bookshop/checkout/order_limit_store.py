"""Store attempts to place an order, by which they are limited."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from bookshop.schema import attempts

ORDER_ATTEMPT = "order"
_IS_ORDER = attempts.c.kind == ORDER_ATTEMPT

DELETE_ATTEMPTS = attempts.delete().where(
    _IS_ORDER, or_(attempts.c.at <= bindparam("since"), attempts.c.at > bindparam("until"))
)


def delete_attempts_outside(db: Connection, since: datetime, until: datetime) -> None:
    """Delete attempts of the past, and those of a clock that was ahead."""
    db.execute(DELETE_ATTEMPTS, {"since": since, "until": until})


COUNT_ATTEMPTS = (
    select(func.count())
    .select_from(attempts)
    .where(_IS_ORDER, attempts.c.actor_hash == bindparam("actor"), attempts.c.at > bindparam("since"))
)


def count_attempts(db: Connection, actor: str, since: datetime) -> int:
    """Return how many attempts an actor has made since then."""
    return db.execute(COUNT_ATTEMPTS, {"actor": actor, "since": since}).scalar_one()


ADD_ATTEMPTS = attempts.insert()


def add_attempts(db: Connection, actors: Iterable[str], at: datetime) -> None:
    """Count one attempt for each actor."""
    db.execute(ADD_ATTEMPTS, [{"kind": ORDER_ATTEMPT, "actor_hash": actor, "at": at} for actor in actors])
