"""Withdraw from a contract by a form and a summary to confirm, without an account.

The form is for everyone, and behind an order's secret address it is filled in.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from quart import Blueprint, Response, abort, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.read_progress import read_progress
from bookshop.orders.email_address import email_key
from bookshop.orders.hourly_limit import keyed_hash
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order, find_order_by_id
from bookshop.settings import Settings
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.same_time import same_time
from bookshop.shopper_requests.statement import (
    MAX_BOOKS_CHARS,
    Statement,
    available_copies,
    find_statement_errors,
    parse_order_statement,
    parse_statement,
    prefill_statement,
)
from bookshop.shopper_requests.store import find_request, is_acknowledged
from bookshop.shopper_requests.withdraw import Limits, TooManyWithdrawals, withdraw
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.web.client_network import network_of
from bookshop.web.pages import page, redirect_to
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS


@dataclass(frozen=True, slots=True)
class WithdrawalPages:
    """What the routes need."""

    database: Database
    settings: Settings
    right: WithdrawalRight


class WithdrawalSubject(NamedTuple):
    """The order that a form is about, and position to copies that can be withdrawn from."""

    order: Order | None = None
    available: Mapping[int, int] = {}


def blueprint(database: Database, settings: Settings, right: WithdrawalRight) -> Blueprint:
    """Mount the form, its summary, and the acknowledgement."""
    pages = WithdrawalPages(database, settings, right)
    routes = Blueprint("withdrawals", __name__)
    for name, address in (("", "/withdraw"), ("_order", "/orders/<token>/withdraw")):
        routes.add_url_rule(address, f"show{name}", partial(show, pages))
        routes.add_url_rule(address, f"check{name}", partial(check, pages), methods=["POST"])
        routes.add_url_rule(f"{address}/confirm", f"confirm{name}", partial(confirm, pages), methods=["POST"])
    routes.add_url_rule("/withdraw/<request_id>", "received", partial(show_received, pages))
    routes.after_request(keep_private)
    return routes


async def show(pages: WithdrawalPages, token: str = "") -> ResponseReturnValue:
    """Show the form."""
    subject = await find_subject(pages, token)
    if subject.order is None:
        return show_step(subject, Statement())
    return show_step(subject, prefill_statement(subject.order, subject.available))


async def check(pages: WithdrawalPages, token: str = "") -> ResponseReturnValue:
    """Show the summary, or the form again: with what is wrong, or to be changed."""
    subject = await find_subject(pages, token)
    form = await request.form
    statement = read_statement(subject, form)
    if "change" in form:
        return show_step(subject, statement)
    if errors := find_statement_errors(statement):
        return show_step(subject, statement, 422, errors=errors)
    return show_step(subject, statement, is_summary=True)


async def confirm(pages: WithdrawalPages, token: str = "") -> ResponseReturnValue:
    """Store the statement and go to its acknowledgement."""
    subject = await find_subject(pages, token)
    statement = read_statement(subject, await request.form)
    if errors := find_statement_errors(statement):
        return show_step(subject, statement, 422, errors=errors)
    order_id = subject.order.id if subject.order else ""
    names = (order_id or network_of(request.remote_addr), email_key(statement.email))
    limits = Limits(*(keyed_hash(pages.settings.signing_key, name) for name in names))
    try:
        # whether there is such an order is no one's business but its owner's
        async with nullcontext() if order_id else same_time():
            stored = await pages.database.write(
                withdraw, statement, order_id, pages.right, limits, datetime.now(UTC)
            )
    except TooManyWithdrawals:
        return show_step(subject, statement, 429, is_summary=True)
    return redirect_to(url_for("withdrawals.received", request_id=stored.id))


async def show_received(pages: WithdrawalPages, request_id: str) -> ResponseReturnValue:
    """Show what was received and when, to print or save."""
    stored, order, is_mailed = await pages.database.read(read_received, request_id)
    if stored is None:
        abort(404)
    return page(
        "shopper_requests/withdrawal_received.html",
        "main",
        stored=stored,
        copies=[(order.lines[at], quantity) for at, quantity in stored.copies.items()] if order else [],
        is_mailed=is_mailed,
    )


def read_received(db: Connection, request_id: str) -> tuple[ShopperRequest | None, Order | None, bool]:
    """Return a withdrawal, its order, and whether a mail acknowledges it."""
    stored = find_request(db, request_id)
    if stored is None or stored.kind is not RequestKind.WITHDRAWAL:
        return None, None, False
    order = find_order_by_id(db, stored.order_id) if stored.order_id else None
    return stored, order, is_acknowledged(db, stored)


async def find_subject(pages: WithdrawalPages, token: str) -> WithdrawalSubject:
    """Return the paid order that a form is about, if its address names one."""
    if not token:
        return WithdrawalSubject()
    order = await pages.database.read(find_order, token)
    if order is None or order.payment is not PaymentState.PAID:
        abort(404)
    progress = await pages.database.read(read_progress, order)
    return WithdrawalSubject(order, available_copies(order, progress))


def read_statement(subject: WithdrawalSubject, form: Mapping[str, str]) -> Statement:
    if subject.order is None:
        return parse_statement(form)
    return parse_order_statement(form, subject.order, subject.available)


def show_step(
    subject: WithdrawalSubject,
    statement: Statement,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    is_summary: bool = False,
) -> Response:
    """Show the form as it was typed, or the summary."""
    token = subject.order.token if subject.order else ""
    addresses: dict[str, Any] = {
        name: url_for(f"withdrawals.{name}_order", token=token) if token else url_for(f"withdrawals.{name}")
        for name in ("check", "confirm")
    }
    return page(
        "shopper_requests/withdrawal_summary.html" if is_summary else "shopper_requests/withdraw.html",
        "main",
        status,
        order=subject.order,
        available=subject.available,
        statement=statement,
        errors=errors or {},
        is_limited=status == 429,
        max_books_chars=MAX_BOOKS_CHARS,
        **addresses,
    )


async def keep_private(response: Response) -> Response:
    """Keep an order's address from search engines and from other sites."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
