"""Storing how far a restored database was compared with Stripe."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import counters, recoveries


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """A comparison that has not ended."""

    id: int
    since: datetime


FIND_PENDING = (
    select(recoveries.c.id, recoveries.c.since)
    .where(recoveries.c.ended_at.is_(None))
    .order_by(recoveries.c.id)
)


def find_pending_recovery(db: Connection) -> RecoveryState | None:
    """Return the comparison that has not ended."""
    row = db.execute(FIND_PENDING.limit(1)).first()
    return RecoveryState(*row) if row else None


FIND_LAST_SINCE = select(recoveries.c.since).order_by(recoveries.c.id.desc()).limit(1)


def find_last_since(db: Connection) -> datetime | None:
    """Return since when the database was compared with Stripe last."""
    return db.execute(FIND_LAST_SINCE).scalar()


LOCK_LAST_NUMBER = select(counters.c.value).where(counters.c.name == "order").with_for_update()
ADD_RECOVERY = recoveries.insert().returning(recoveries.c.id)


def begin_recovery(db: Connection, since: datetime, now: datetime) -> RecoveryState:
    """Store that the database must be compared with Stripe, unless it is being compared.

    A restore calls it before anything serves the database: no order gets a number until it is known how many
    were given since the backup.
    """
    db.execute(LOCK_LAST_NUMBER)
    if pending := find_pending_recovery(db):
        return pending
    recovery_id: int = db.execute(ADD_RECOVERY, {"since": since, "began_at": now}).scalar_one()
    return RecoveryState(recovery_id, since)


SET_SKIPPED = (
    recoveries.update()
    .where(recoveries.c.id == bindparam("recovery"), recoveries.c.skipped_to.is_(None))
    .values(skipped_after=bindparam("after"), skipped_to=bindparam("up_to"))
)
SET_LAST_NUMBER = counters.update().where(counters.c.name == "order").values(value=bindparam("up_to"))


def skip_numbers(db: Connection, recovery_id: int, payments: int) -> None:
    """Let order numbers go on above those that so many payments may have got, once."""
    last: int = db.execute(LOCK_LAST_NUMBER).scalar_one()
    skipped = {"after": last, "up_to": last + payments}
    if db.execute(SET_SKIPPED, {"recovery": recovery_id, **skipped}).rowcount:
        db.execute(SET_LAST_NUMBER, {"up_to": last + payments})


END_RECOVERY = recoveries.update().where(
    recoveries.c.id == bindparam("recovery"), recoveries.c.ended_at.is_(None)
)


def end_recovery(db: Connection, recovery_id: int, now: datetime) -> None:
    """Store that the database is in line with Stripe."""
    db.execute(END_RECOVERY.values(ended_at=now), {"recovery": recovery_id})
