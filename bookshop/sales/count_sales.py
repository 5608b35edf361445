"""Count what was sold and what was bought together, while the shop is open.

Paying writes nothing here, so that orders do not wait for each other: a task counts the orders that were paid
since, and takes out those that have become old. Each order is counted once, by any number of processes.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.sales.paid_order_store import (
    CountedOrders,
    PaidOrder,
    list_old_orders,
    list_other_baskets,
    list_paid_orders,
    lock_counted,
    set_counted,
)
from bookshop.sales.pairs import Pairs, pairs_of
from bookshop.sales.sales_store import add_pairs, add_sales, count_cancelled, remove_pairs, remove_sales
from bookshop.sales.window import PAIRS, SALES
from bookshop.search.index_books import index_books

log = logging.getLogger(__name__)

COUNT_SECONDS = 60
# after an upgrade there may be very many orders to count, while shoppers wait to write
SECONDS_BETWEEN_TRANSACTIONS = 0.1


async def run_sales_counter(database: Database, seconds: float = COUNT_SECONDS) -> None:
    """Count about every `seconds` until cancelled; log errors."""
    while True:
        await asyncio.sleep(seconds * random.uniform(0.8, 1.2))
        try:
            await count_sales(database, datetime.now(UTC))
        except Exception:
            log.exception("The sales could not be counted")


async def count_sales(database: Database, now: datetime, pause: float = SECONDS_BETWEEN_TRANSACTIONS) -> None:
    """Bring the figures up to date, a few orders at a time."""
    for count_next in (count_copies, count_pairs):
        has_more = True
        while has_more:
            has_more = await database.write(count_next, now)
            await asyncio.sleep(pause)


def count_copies(db: Connection, now: datetime) -> bool:
    """Count the copies of the next orders; return whether there may be more orders."""
    counted = lock_counted(db, SALES, now)
    new, old = list_paid_orders(db, counted.last), list_old_orders(db, counted, now - SALES.age)
    added, removed = _copies_of(new), _copies_of(old)
    add_sales(db, added)
    remove_sales(db, removed)
    counted = CountedOrders(old[-1].number if old else counted.after, new[-1].number if new else counted.last)
    set_counted(db, SALES, counted)
    index_books(db, sorted({*added, *removed, *count_cancelled(db, counted)}))
    return bool(new or old)


def _copies_of(orders: Iterable[PaidOrder]) -> Counter[str]:
    copies: Counter[str] = Counter()
    for order in orders:
        copies.update(order.quantities)
    return copies


def count_pairs(db: Connection, now: datetime) -> bool:
    """Count what was bought together in the next orders; return whether there may be more."""
    counted = lock_counted(db, PAIRS, now)
    new, old = list_paid_orders(db, counted.last), list_old_orders(db, counted, now - PAIRS.age)
    for order in new:
        counted = replace(counted, last=order.number)
        add_pairs(db, _pairs_only_in(db, order, counted))
    for order in old:
        remove_pairs(db, _pairs_only_in(db, order, counted))
        counted = replace(counted, after=order.number)
    set_counted(db, PAIRS, counted)
    return bool(new or old)


def _pairs_only_in(db: Connection, order: PaidOrder, counted: CountedOrders) -> Pairs:
    """Return the pairs that no other order of the shopper has, since each shopper counts once."""
    pairs = pairs_of(order.quantities)
    if not pairs:
        return pairs
    return pairs.difference(*map(pairs_of, list_other_baskets(db, order, counted)))
