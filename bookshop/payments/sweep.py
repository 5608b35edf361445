"""The sweeper: fetches events that webhooks missed, and processes every order that is due.

It runs in every process. The process that moves an order's `due_at` on has the order to itself for a while,
so no work is done twice, and a crashed process leaves it to the next.
"""

import asyncio
import logging
import random
from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.orders.due_store import list_due_orders
from bookshop.payments.errors import PaymentError
from bookshop.payments.event_listing import (
    claim_event_fetch,
    is_clock_behind,
    recover_from_clock_change,
    set_events_fetched,
)
from bookshop.payments.event_store import list_strays
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.gateway import Gateway
from bookshop.payments.process_due_order import process_if_due
from bookshop.payments.record_event import find_orders_of_strays, record_event

log = logging.getLogger(__name__)

MAX_ORDERS_PER_READ = 50
# Stripe's list may lag a little behind its events
OVERLAP = timedelta(minutes=2)


async def run_sweeper(database: Database, gateway: Gateway, policy: ExpiryPolicy, interval: float) -> None:
    """Sweep about every `interval` seconds until cancelled; a failed sweep is logged."""
    while True:
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))
        try:
            # half, so that a process alone never takes its own last listing for too recent
            await sweep(database, gateway, policy, timedelta(seconds=interval / 2))
        except Exception:
            log.exception("The sweep failed")


async def sweep(
    database: Database, gateway: Gateway, policy: ExpiryPolicy, interval: timedelta = timedelta()
) -> int:
    """Process every order that is due, and return how many this process has processed."""
    await fetch_missed_events(database, gateway, interval)
    processed = await process_due_orders(database, gateway, policy)
    # those orders may have learned the ids of events that came before
    if await database.read(list_strays, datetime.now(UTC)):
        await database.write(find_orders_of_strays)
        processed += await process_due_orders(database, gateway, policy)
    return processed


async def process_due_orders(database: Database, gateway: Gateway, policy: ExpiryPolicy) -> int:
    """Process orders until none is due, and return how many this process has processed."""
    processed = 0
    while due := await database.read(list_due_orders, datetime.now(UTC), MAX_ORDERS_PER_READ):
        for order_id in due:
            processed += await process_if_due(database, gateway, policy, order_id)
    return processed


async def fetch_missed_events(database: Database, gateway: Gateway, interval: timedelta) -> None:
    """Record the events since the last listing, unless one was made less than `interval` ago."""
    now = datetime.now(UTC)
    if await database.read(is_clock_behind, now):
        log.warning("The clock was set back, or those of two machines differ; every waiting order is checked")
        await database.write(recover_from_clock_change, now)
    since = await database.write(claim_event_fetch, now, interval)
    if since is None:
        return
    try:
        events = await gateway.list_events(since - OVERLAP)
    except PaymentError:
        return
    for event in events:
        await record_event(database, event)
    await database.write(set_events_fetched, now)
