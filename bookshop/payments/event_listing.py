"""Until when the provider's events have been read from its list, and which process reads it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, select

from bookshop.orders.clock_skew import MAX_SKEW
from bookshop.orders.due_store import make_all_due
from bookshop.schema import counters

# how far back events are listed again after the clock was set back: some may lie between two wrong times
RELISTED = timedelta(days=1)

FIND_COUNTER = select(counters.c.value).where(counters.c.name == bindparam("counter"))
MOVE_COUNTER = (
    counters.update()
    .where(counters.c.name == bindparam("counter"), counters.c.value <= bindparam("at_most", type_=Integer))
    .values(value=bindparam("now", type_=Integer))
)


def claim_event_fetch(db: Connection, now: datetime, interval: timedelta) -> datetime | None:
    """Return when events were last listed; None when another process lists them now."""
    at_most = int((now - interval).timestamp())
    values = {"counter": "events-claimed", "at_most": at_most, "now": int(now.timestamp())}
    if db.execute(MOVE_COUNTER, values).rowcount == 0:
        return None
    listed: int = db.execute(FIND_COUNTER, {"counter": "events-read"}).scalar_one()
    return datetime.fromtimestamp(listed, UTC) if listed else now


def set_events_fetched(db: Connection, until: datetime) -> None:
    """Store that every event until then has been listed."""
    moment = int(until.timestamp())
    db.execute(MOVE_COUNTER, {"counter": "events-read", "at_most": moment, "now": moment})


def is_clock_behind(db: Connection, now: datetime) -> bool:
    """Return whether a time was stored that lies ahead: the clock was set back since then."""
    claimed: int = db.execute(FIND_COUNTER, {"counter": "events-claimed"}).scalar_one()
    return claimed > (now + MAX_SKEW).timestamp()


SET_COUNTER = (
    counters.update()
    .where(counters.c.name == bindparam("counter"), counters.c.value > bindparam("moment", type_=Integer))
    .values(value=bindparam("moment", type_=Integer))
)


def recover_from_clock_change(db: Connection, now: datetime) -> None:
    """Forget the times that lie ahead, which would keep orders and events waiting for as long."""
    db.execute(SET_COUNTER, {"counter": "events-claimed", "moment": 0})
    db.execute(SET_COUNTER, {"counter": "events-read", "moment": int((now - RELISTED).timestamp())})
    make_all_due(db, now)
