"""Paid orders, and what Stripe and the database have of their refunds."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.timeline_store import find_version
from bookshop.orders.order import Order
from bookshop.orders.store import find_order
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund
from bookshop.payments.refund_order import RefundToSend, begin_refund, refund_order
from bookshop.payments.refund_rules import RefundRequest
from bookshop.schema import mails, stock_movements
from tests.payments.stripe_account import Account

Buy = Callable[..., Awaitable[Order]]
ACTOR = "anna"


async def refund_now(database: Database, gateway: Gateway, order: Order, request: RefundRequest) -> Refund:
    """Refund an order as it is now."""
    version = await database.read(find_version, order.id)
    return await refund_order(database, gateway, order.id, version, request, actor=ACTOR)


def begin(db: Connection, order: Order, request: RefundRequest) -> RefundToSend:
    """Store a refund of an order as it is now, without asking Stripe."""
    version = find_version(db, order.id)
    return begin_refund(db, order.id, version, request, actor=ACTOR, now=datetime.now(UTC))


def charge_id_of(order: Order) -> str:
    assert order.charge
    return order.charge.id


async def refunds_at_stripe(account: Account, order: Order) -> list[dict[str, Any]]:
    listed = await account.ask("GET", f"/v1/refunds?limit=100&charge={charge_id_of(order)}")
    refunds: list[dict[str, Any]] = listed["data"]
    return refunds


async def refund_elsewhere(account: Account, order: Order, amount: int) -> dict[str, Any]:
    """Refund in Stripe's dashboard."""
    form = {"charge": charge_id_of(order), "amount": str(amount)}
    refund: dict[str, Any] = await account.ask("POST", "/v1/refunds", form)
    return refund


async def decide(account: Account, path: str, outcome: str) -> None:
    """Let the bank decide now, unless its time has come already."""
    await account.ask("POST", f"/_control/{path}/settle", {"outcome": outcome})


def count_available(db: Connection, order: Order) -> list[int]:
    """How many copies of each book others can buy."""
    return [find_available(db, line.isbn) for line in order.lines]


def copies_of(db: Connection, order: Order) -> list[dict[str, int]]:
    """Where the copies of each line are."""
    lines = list_copies(db, order.id)
    return [{state.value: n for state, n in line.counts.items() if n} for line in lines]


def movements_of(db: Connection, order: Order, kind: str) -> list[tuple[str, str, int]]:
    """The movements of an order of a kind: cause, ISBN and quantity."""
    of_order = (stock_movements.c.kind == kind) & (stock_movements.c.order_id == order.id)
    rows = db.execute(select(stock_movements).where(of_order))
    return sorted((row.cause, row.isbn, row.quantity) for row in rows)


def mails_of(db: Connection, order: Order) -> list[tuple[str, str, dict[str, Any]]]:
    """What was queued after the mails of the payment: kind, occurrence and details."""
    rows = db.execute(select(mails).where(mails.c.order_id == order.id).order_by(mails.c.id))
    return [(row.kind, row.occurrence, json.loads(row.details)) for row in rows][2:]


async def read(database: Database, order: Order) -> Order:
    found = await database.read(find_order, order.token)
    assert found
    return found
