"""The form behind an order's secret address that asks the shop to change or cancel it."""

from datetime import UTC, datetime
from functools import partial

from quart import Blueprint, Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.read_progress import read_progress
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order
from bookshop.shopper_requests.ask_for_change import (
    MAX_CHANGE_CHARS,
    AskingError,
    ask_for_change,
)
from bookshop.trade.typed_text import normalize_text
from bookshop.web.pages import page, redirect_to
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

STATUS = {AskingError.MISSING: 422, AskingError.LONG: 422, AskingError.TOO_LATE: 409, AskingError.LIMIT: 409}


def blueprint(database: Database) -> Blueprint:
    """Mount the form."""
    routes = Blueprint("change_requests", __name__)
    routes.add_url_rule("/orders/<token>/request", "show", partial(show, database))
    routes.add_url_rule("/orders/<token>/request", "send", partial(send, database), methods=["POST"])
    routes.after_request(keep_private)
    return routes


async def show(database: Database, token: str) -> ResponseReturnValue:
    """Show the empty form, or that it is too late; an unpaid order has its receipt instead."""
    order = await database.read(find_order, token) or abort(404)
    if order.payment is not PaymentState.PAID:
        return redirect(url_for("orders.receipt", token=token))
    may_ask = await database.read(may_change, order)
    return show_form(order, None if may_ask else AskingError.TOO_LATE)


def may_change(db: Connection, order: Order) -> bool:
    """Return whether the shop has yet to begin packing."""
    return read_progress(db, order).may_change


async def send(database: Database, token: str) -> ResponseReturnValue:
    """Store the request and go back to the receipt, which shows that it was received."""
    order = await database.read(find_order, token) or abort(404)
    message = normalize_text((await request.form).get("message", ""))
    error = await database.write(ask_for_change, order.id, message, datetime.now(UTC))
    return show_form(order, error, message) if error else redirect_to(url_for("orders.receipt", token=token))


def show_form(order: Order, error: AskingError | None, message: str = "") -> Response:
    """Show the form as it was typed, with what is wrong."""
    return page(
        "shopper_requests/change.html",
        "main",
        STATUS[error] if error else 200,
        order=order,
        error=error,
        message=message,
        max_chars=MAX_CHANGE_CHARS,
    )


async def keep_private(response: Response) -> Response:
    """Keep the order's address from search engines and from the sites the page links to."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
