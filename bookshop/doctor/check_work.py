"""Check what waits for too long: orders, events, reviews and disputes."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.order_store import MAX_REVIEWS, Backlog, find_backlog
from bookshop.mail.mail_health import MAX_DELAY

ORDERS, EVENTS, REVIEWS, DISPUTES = "Orders", "Events", "Reviews", "Disputes"
WHY_SWEEPER = "Unpaid orders keep their books reserved, and what was paid is learned late."
FIX_SWEEPER = "Check that the shop runs and that SWEEP_SECONDS is not 0; its log says what failed."
WHY_DISPUTE = "A dispute that is not answered in time is lost, with its money."


async def check_work(deployment: Deployment) -> Results:
    """Judge how long work has waited."""
    return list(judge_work(await deployment.database.read(find_backlog), datetime.now(UTC)))


def judge_work(backlog: Backlog, now: datetime) -> Iterator[Result]:
    """Yield what the shop should have done by itself, then what a person must do."""
    yield judge_age(ORDERS, "An order has waited to be compared with Stripe", backlog.order_due_at, now)
    yield judge_age(EVENTS, "Stripe’s events were not read", backlog.events_read_at, now)
    if backlog.reviews:
        many = f"{backlog.reviews}{' or more' if backlog.reviews == MAX_REVIEWS else ''} payments need"
        what = f"{'1 payment needs' if backlog.reviews == 1 else many} a review."
        fix = "Open “Needs review” in the office."
        yield Result(REVIEWS, State.WARNING, what, "Someone has paid and does not get the books.", fix)
    if backlog.answer_by:
        what = f"A dispute must be answered by {backlog.answer_by:%Y-%m-%d %H:%M} UTC."
        fix = "Answer it at https://dashboard.stripe.com/disputes."
        state = State.PROBLEM if backlog.answer_by < now else State.WARNING
        yield Result(DISPUTES, state, what, WHY_DISPUTE, fix)


def judge_age(name: str, what: str, since: datetime | None, now: datetime) -> Result:
    """Judge what the sweeper does; it is idle if there is nothing to do."""
    if since and now - since > MAX_DELAY:
        text = f"{what} since {since:%Y-%m-%d %H:%M} UTC."
        return Result(name, State.PROBLEM, text, WHY_SWEEPER, FIX_SWEEPER)
    return Result(name, State.OK, "Nothing has waited for more than 15 minutes.")
