"""Check that a restored database was compared with Stripe, and whether orders are lost."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.orders.audit.lost_order_rules import find_open_lost_orders, find_pending_recoveries

RESTORE, LOST = "Restore", "Lost orders"
MAX_LOST = 100


async def check_recovery(deployment: Deployment) -> Results:
    """Judge what follows a restore."""
    return list(judge_recovery(*await deployment.database.read(count_what_follows)))


def count_what_follows(db: Connection) -> tuple[int, int]:
    """Return how many restores were not compared with Stripe, and how many lost orders are open."""
    rules = (find_pending_recoveries(db), find_open_lost_orders(db))
    pending, lost = (sum(1 for _ in islice(found, MAX_LOST)) for found in rules)
    return pending, lost


def judge_recovery(pending: int, lost: int) -> Iterator[Result]:
    """Yield problems; nothing if no backup was restored."""
    if pending:
        what = "A backup was restored, and the shop was not yet compared with Stripe."
        why = "What was paid since the backup is not known, and new orders get no number."
        yield Result(RESTORE, State.PROBLEM, what, why, "bookshop recover")
    if lost:
        what = f"Paid orders that are not in the database: {lost}{' or more' if lost == MAX_LOST else ''}."
        fix = "Open “Lost orders” in the office, under Needs review: send the books, or refund them."
        yield Result(LOST, State.PROBLEM, what, "Shoppers wait for what they have paid.", fix)
