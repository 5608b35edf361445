"""The receipt's page, and the fragment that it polls."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from quart import Blueprint, Response, abort, request
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.catalogue.recommendations import list_recommended
from bookshop.database import Database, DatabaseUnavailable
from bookshop.money import Money
from bookshop.orders.charge_name import charge_name
from bookshop.orders.journey import ENDED, list_steps
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.poll_delay import PollScheduler, poll_delay
from bookshop.orders.progress import NO_PROGRESS, Progress
from bookshop.orders.receipt import ReceiptState, receipt_state
from bookshop.orders.receipt_look import LOOKS
from bookshop.orders.refund import Refund, RefundStatus, sum_refunds
from bookshop.orders.reservation import find_pending_end, reservation_end
from bookshop.orders.store import find_order
from bookshop.web.pages import confirming_page, log_unavailable, page
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

MAX_POLLS = 100
# states of orders of which nothing more comes, so that their shoppers may want other books
GOING_ON = frozenset(
    {
        ReceiptState.EXPIRED,
        ReceiptState.CANCELLED,
        ReceiptState.COLLECTED,
        ReceiptState.REFUNDED,
        ReceiptState.CANCELLED_BY_US,
        ReceiptState.CANCELLED_AS_ASKED,
        ReceiptState.DISPUTE_LOST,
    }
)


@dataclass(frozen=True, slots=True)
class ReceiptPages:
    """What the receipt's routes need.

    `reconcile` returns the order and whether Stripe was read just now; `when_paid` is called with an order
    whose receipt is shown as paid. An order that is being paid reserves its books for `reservation`. A paid
    one has refunds and progress, and `may_withdraw` is whether a shopper is offered to withdraw from it.
    """

    database: Database
    reconcile: Callable[[Order], Awaitable[tuple[Order, bool]]]
    when_paid: Callable[[Order], None]
    reservation: timedelta
    list_refunds: Callable[[Connection, str], list[Refund]]
    read_progress: Callable[[Connection, Order], Progress]
    may_withdraw: Callable[[Order, Progress, datetime], bool]
    polls: PollScheduler = field(default_factory=PollScheduler)


def blueprint(pages: ReceiptPages) -> Blueprint:
    """Mount the pages behind an order's secret address."""
    routes = Blueprint("orders", __name__)
    routes.add_url_rule("/orders/<token>", "receipt", partial(receipt, pages))
    routes.add_url_rule("/orders/<token>/status", "status", partial(status, pages))
    routes.register_error_handler(DatabaseUnavailable, show_confirming)
    routes.after_request(keep_private)
    return routes


async def receipt(pages: ReceiptPages, token: str) -> ResponseReturnValue:
    """Show the receipt."""
    return await show_receipt(pages, token, 0)


async def status(pages: ReceiptPages, token: str) -> ResponseReturnValue:
    """Show the receipt again, after so many polls."""
    polls = min(request.args.get("polls", 0, type=int), MAX_POLLS)
    return await show_receipt(pages, token, polls, request.args.get("shown", ""))


async def show_receipt(pages: ReceiptPages, token: str, polls: int, shown: str = "") -> ResponseReturnValue:
    """Bring the order in line with Stripe, then show it and schedule the next poll."""
    order = await pages.database.read(find_order, token) or abort(404)
    try:
        order, is_fresh = await pages.reconcile(order)
    except DatabaseUnavailable as error:
        log_unavailable(error)
        is_fresh = False
    history = NO_HISTORY
    if order.payment is PaymentState.PAID:
        history = await pages.database.read(read_history, pages, order)
    now = datetime.now(UTC)
    state = receipt_state(order, history.progress, history.refunds, now=now, is_fresh=is_fresh, shown=shown)
    if order.paid_at:
        pages.when_paid(order)
    recommended = []
    if state in GOING_ON:
        recommended = await pages.database.read(list_recommended, order.quantities)
    delay = poll_delay(state, polls)
    if delay is not None:
        delay = pages.polls.schedule(delay)
    return page(
        "orders/receipt.html",
        "status",
        polls=polls,
        delay=delay,
        reserved_until=find_pending_end(order, pages.reservation),
        reservation_ended=reservation_end(order, pages.reservation),
        recommended=recommended,
        may_withdraw=pages.may_withdraw(order, history.progress, now),
        **show_order(order, state, history, now),
    )


class OrderHistory(NamedTuple):
    """What happened to an order after its payment."""

    progress: Progress = NO_PROGRESS
    refunds: Sequence[Refund] = ()


NO_HISTORY = OrderHistory()


def read_history(db: Connection, pages: ReceiptPages, order: Order) -> OrderHistory:
    """Read what happened to a paid order after its payment."""
    return OrderHistory(pages.read_progress(db, order), pages.list_refunds(db, order.id))


def show_order(order: Order, state: ReceiptState, history: OrderHistory, now: datetime) -> dict[str, Any]:
    """Return what the receipt shows of an order."""
    refunded = sum_refunds(history.refunds, order.total.currency)
    known = [refund for refund in history.refunds if refund.is_known_to_shopper]
    sent = [refund.requested_at for refund in history.refunds if refund.status is not RefundStatus.FAILED]
    return {
        "order": order,
        "state": state,
        "look": LOOKS[state],
        "progress": history.progress,
        "steps": list_steps(order, state, history.progress, history.refunds, now),
        "has_ended": state in ENDED,
        "may_ask": history.progress.may_change and state not in ENDED,
        "refunds": known,
        "bounced": _find_bounced(known) if refunded < order.total else None,
        "refunded": refunded,
        "charge_name": charge_name(order.charge),
        "refunded_at": max(sent, default=None),
        "paid_in_the_end": Money(order.total.minor - refunded.minor, order.total.currency),
        "now": now,
    }


def _find_bounced(refunds: Sequence[Refund]) -> Refund | None:
    """Return the last refund if a bank sent it back."""
    last = max(refunds, key=attrgetter("requested_at"), default=None)
    return last if last and last.status is RefundStatus.FAILED else None


async def show_confirming(error: DatabaseUnavailable) -> Response:
    """Show a calm page to a shopper who may just have paid."""
    return confirming_page(error)


async def keep_private(response: Response) -> Response:
    """Keep the receipt's address from search engines and from the sites it links to."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
