"""Check that a restored database was compared with Stripe, and whether orders are lost."""

from collections.abc import Iterator

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.recovery.lost_order_store import count_open_lost_orders
from bookshop.recovery.recovery_store import find_pending_recovery

RESTORE, LOST = "Restore", "Lost orders"
MAX_LOST = 100


async def check_recovery(deployment: Deployment) -> Results:
    """Judge what follows a restore."""
    pending = await deployment.database.read(find_pending_recovery)
    lost = await deployment.database.read(count_open_lost_orders, MAX_LOST)
    return list(judge_recovery(lost, is_pending=pending is not None))


def judge_recovery(lost: int, *, is_pending: bool) -> Iterator[Result]:
    """Yield problems; nothing if no backup was restored."""
    if is_pending:
        what = "A backup was restored, and the shop was not yet compared with Stripe."
        why = "What was paid since the backup is not known, and new orders get no number."
        yield Result(RESTORE, State.PROBLEM, what, why, "bookshop recover")
    if lost:
        what = f"Paid orders that are not in the database: {lost}{' or more' if lost == MAX_LOST else ''}."
        fix = "Open “Lost orders” in the office, under Needs review: send the books, or refund them."
        yield Result(LOST, State.PROBLEM, what, "Shoppers wait for what they have paid.", fix)
