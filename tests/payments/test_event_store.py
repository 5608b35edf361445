"""Events are stored once, and listed by one process at a time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.store import add_order
from bookshop.payments.event_store import (
    add_event_once,
    claim_event_fetch,
    count_failures,
    has_event,
    set_events_fetched,
)
from bookshop.payments.gateway import Event
from tests.builders import a_book, an_order, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
INTERVAL = timedelta(seconds=15)


def add(db: Connection) -> Order:
    order = an_order(store_book(db, a_book()), intent_id="pi_1")
    add_order(db, order)
    return order


def an_event(number: int, kind: str = "payment_intent.payment_failed", intent_id: str = "pi_1") -> Event:
    return Event(f"evt_{number}", kind, intent_id, "", is_live=False)


async def test_an_event_names_its_order_once(database: Database) -> None:
    order = await database.write(add)
    assert await database.write(add_event_once, an_event(1), include_final=False) == order.id
    assert await database.write(add_event_once, an_event(1), include_final=False) == ""
    assert await database.write(add_event_once, an_event(2), include_final=False) == order.id
    assert await database.write(add_event_once, an_event(3, intent_id="pi_2"), include_final=False) == ""


async def test_only_failures_of_this_payment_are_counted(database: Database) -> None:
    for number, (kind, intent_id) in enumerate(
        [
            ("payment_intent.payment_failed", "pi_1"),
            ("payment_intent.payment_failed", "pi_1"),
            ("payment_intent.payment_failed", "pi_2"),
            ("payment_intent.processing", "pi_1"),
        ]
    ):
        await database.write(add_event_once, an_event(number, kind, intent_id), include_final=False)
    assert await database.read(count_failures, "pi_1") == 2


async def test_an_event_is_found_by_the_prefix_of_its_type(database: Database) -> None:
    order = await database.write(add)
    await database.write(add_event_once, an_event(1, "charge.dispute.created"), include_final=True)
    await database.write(add_event_once, an_event(2, "refund.created", "pi_2"), include_final=True)
    assert await database.read(has_event, order, ("refund.", "charge.dispute."))
    assert not await database.read(has_event, order, ("refund.",))


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
