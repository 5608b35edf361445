"""The receipt's page, and the fragment that it polls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from quart import Blueprint, Response, abort, request
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.database import Database, DatabaseUnavailable
from bookshop.orders.order import Order
from bookshop.orders.order_state import dispute_stage, order_state
from bookshop.orders.poll_delay import PollScheduler, poll_delay
from bookshop.orders.receipt import ReceiptState, receipt_state
from bookshop.orders.refund import Refund, sum_refunds
from bookshop.orders.reservation import find_pending_end, reservation_end
from bookshop.orders.store import find_order
from bookshop.web.pages import confirming_page, page
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

MAX_POLLS = 100


@dataclass(frozen=True, slots=True)
class ReceiptPages:
    """What the receipt's routes need.

    `reconcile` returns the order and whether Stripe was read just now; `when_paid` is called with an order
    whose receipt is shown as paid. An order that is being paid reserves its books for `reservation`.
    """

    database: Database
    reconcile: Callable[[Order], Awaitable[tuple[Order, bool]]]
    when_paid: Callable[[Order], None]
    reservation: timedelta
    list_refunds: Callable[[Connection, str], list[Refund]]
    polls: PollScheduler = field(default_factory=PollScheduler)


def blueprint(
    database: Database,
    reconcile: Callable[[Order], Awaitable[tuple[Order, bool]]],
    when_paid: Callable[[Order], None],
    reservation: timedelta,
    list_refunds: Callable[[Connection, str], list[Refund]],
) -> Blueprint:
    """Mount the pages behind an order's secret address."""
    pages = ReceiptPages(database, reconcile, when_paid, reservation, list_refunds)
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
    except DatabaseUnavailable:
        is_fresh = False
    state = receipt_state(order, is_fresh=is_fresh, shown=shown)
    if state is ReceiptState.PAID:
        pages.when_paid(order)
    delay = poll_delay(state, polls)
    if delay is not None:
        delay = pages.polls.schedule(delay)
    refunds = await pages.database.read(pages.list_refunds, order.id) if order.charge else []
    refunded = sum_refunds(refunds, order.total.currency)
    return page(
        "orders/receipt.html",
        "status",
        order=order,
        state=state,
        polls=polls,
        delay=delay,
        refunds=[refund for refund in refunds if refund.is_known_to_shopper],
        refunded=refunded,
        order_state=order_state(order.payment, order.review_reason, order.total, refunded),
        dispute=dispute_stage(order.dispute),
        reserved_until=find_pending_end(order, pages.reservation),
        reservation_ended=reservation_end(order, pages.reservation),
    )


async def show_confirming(error: DatabaseUnavailable) -> Response:
    """Show a calm page to a shopper who may just have paid."""
    return confirming_page(error)


async def keep_private(response: Response) -> Response:
    """Keep the receipt's address from search engines and from the sites it links to."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
