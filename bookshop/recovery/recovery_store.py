"""Storing how far a restored database was compared with Stripe."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, select

from bookshop.schema import counters, orders, recoveries, stripe_events

# there was no Stripe before, and it refuses lists that begin before 1970
FIRST_YEAR = datetime(2011, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """A comparison that has not ended; numbers are given again once they `are_counted`."""

    id: int
    since: datetime
    are_counted: bool


FIND_PENDING = (
    select(recoveries.c.id, recoveries.c.since, recoveries.c.skipped_to.is_not(None))
    .where(recoveries.c.ended_at.is_(None))
    .order_by(recoveries.c.id.desc())
    .limit(1)
)


def find_pending_recovery(db: Connection) -> RecoveryState | None:
    """Return the comparison that has not ended."""
    row = db.execute(FIND_PENDING).first()
    return RecoveryState(row.id, row.since, bool(row[2])) if row else None


FIND_LAST_SINCE = select(recoveries.c.since).order_by(recoveries.c.id.desc()).limit(1)


def find_last_since(db: Connection) -> datetime | None:
    """Return since when the database was compared with Stripe last."""
    return db.execute(FIND_LAST_SINCE).scalar()


LOCK_LAST_NUMBER = select(counters.c.value).where(counters.c.name == "order").with_for_update()
ADD_RECOVERY = recoveries.insert().returning(recoveries.c.id)


def begin_recovery(db: Connection, since: datetime, now: datetime) -> RecoveryState:
    """Store that the database must be compared with Stripe, unless that is stored already.

    A restore calls it before anything serves the database: no order gets a number until it is known how many
    were given since the backup. Of one that was made during a comparison, they must be counted again.
    """
    db.execute(LOCK_LAST_NUMBER)
    pending = find_pending_recovery(db)
    if pending and not pending.are_counted:
        return pending
    first = bound_since(db, min(since, pending.since) if pending else since, now)
    recovery_id: int = db.execute(ADD_RECOVERY, {"since": first, "began_at": now}).scalar_one()
    return RecoveryState(recovery_id, first, are_counted=False)


FIND_NEWEST = select(
    *(
        select(func.max(moment)).where(moment <= bindparam("now")).scalar_subquery()
        for moment in (orders.c.placed_at, stripe_events.c.received_at)
    )
)


def bound_since(db: Connection, since: datetime, now: datetime) -> datetime:
    """Return since when payments may be missing, whatever the clock of the backup was.

    The database has all until its newest order or event. A clock that was ahead would hide payments.
    """
    newest = find_newest(db, now)
    if newest is None:
        return FIRST_YEAR if since > now else max(since, FIRST_YEAR)
    return max(min(since, newest), FIRST_YEAR)


def find_newest(db: Connection, now: datetime) -> datetime | None:
    """Return when the newest order or event came; None if there is none."""
    return max((moment for moment in db.execute(FIND_NEWEST, {"now": now}).one() if moment), default=None)


def begin_after_undo(db: Connection, now: datetime) -> None:
    """Store that a database that was put aside must be compared, from what it has last."""
    begin_recovery(db, find_newest(db, now) or FIRST_YEAR, now)


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
    recoveries.c.id <= bindparam("recovery"), recoveries.c.ended_at.is_(None)
)


def end_recovery(db: Connection, recovery_id: int, now: datetime) -> None:
    """Store that the database is in line with Stripe."""
    db.execute(END_RECOVERY.values(ended_at=now), {"recovery": recovery_id})
