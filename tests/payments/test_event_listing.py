"""Events are listed by one process at a time, from where the last listing ended."""

from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.payments.event_listing import claim_event_fetch, set_events_fetched

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
INTERVAL = timedelta(seconds=15)


async def test_events_are_listed_by_one_process_in_each_interval(database: Database) -> None:
    assert await database.write(claim_event_fetch, NOW, INTERVAL) == NOW
    assert await database.write(claim_event_fetch, NOW + INTERVAL / 3, INTERVAL) is None
    assert await database.write(claim_event_fetch, NOW + INTERVAL, INTERVAL) == NOW + INTERVAL


async def test_the_next_listing_begins_where_the_last_one_ended(database: Database) -> None:
    await database.write(claim_event_fetch, NOW, INTERVAL)
    await database.write(set_events_fetched, NOW)
    assert await database.write(claim_event_fetch, NOW + INTERVAL, INTERVAL) == NOW
    await database.write(set_events_fetched, NOW + INTERVAL)
    # a process that was slow does not move it back
    await database.write(set_events_fetched, NOW)
    assert await database.write(claim_event_fetch, NOW + 2 * INTERVAL, INTERVAL) == NOW + INTERVAL
