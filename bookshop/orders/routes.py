"""The receipt, and the question whether it is one yet."""

from collections.abc import Awaitable, Callable

from quart import Blueprint, Response, abort, request
from quart.typing import ResponseReturnValue

from bookshop.database import Database
from bookshop.orders.order import Order, ReceiptState, poll_delay, receipt_state
from bookshop.orders.poll_scheduler import PollScheduler
from bookshop.orders.store import find_order, find_refunded
from bookshop.web.pages import page

TURNS = 100


def blueprint(
    database: Database,
    reconcile: Callable[[Order], Awaitable[tuple[Order, bool]]],
    when_paid: Callable[[Order], None],
) -> Blueprint:
    """An order's public pages; its token is the only key to them."""
    routes = Blueprint("orders", __name__)
    appointments = PollScheduler()

    @routes.get("/orders/<token>")
    async def receipt(token: str) -> ResponseReturnValue:
        return await show(token, 0)

    @routes.get("/orders/<token>/status")
    async def status(token: str) -> ResponseReturnValue:
        return await show(token, min(request.args.get("turn", 0, type=int), TURNS))

    async def show(token: str, turn: int) -> ResponseReturnValue:
        order = await database.read(find_order, token) or abort(404)
        order, is_fresh = await reconcile(order)
        state = receipt_state(order, is_fresh=is_fresh)
        if state is ReceiptState.PAID:
            when_paid(order)
        delay = poll_delay(state, turn)
        if delay is not None:
            delay = appointments.book(delay)
        refunded = await database.read(find_refunded, order) if state is ReceiptState.PAID else None
        return page(
            "orders/receipt.html",
            "status",
            order=order,
            state=state,
            turn=turn,
            delay=delay,
            refunded=refunded,
        )

    @routes.after_request
    async def keep_private(response: Response) -> Response:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return routes
