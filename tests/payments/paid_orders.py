"""Paid orders, and what Stripe and the database have of their refunds."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.store import find_order
from bookshop.schema import stock, stock_movements
from tests.payments.stripe_account import Account

Buy = Callable[..., Awaitable[Order]]


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


def count_on_hand(db: Connection, order: Order) -> list[int]:
    """How many copies of each book are on the shelves."""
    found = {row.isbn: row.on_hand for row in db.execute(select(stock.c.isbn, stock.c.on_hand))}
    return [found[line.isbn] for line in order.lines]


def returns_of(db: Connection) -> list[tuple[str, str, int]]:
    rows = db.execute(select(stock_movements).where(stock_movements.c.kind == "returned"))
    return sorted((row.cause, row.isbn, row.quantity) for row in rows)


async def read(database: Database, order: Order) -> Order:
    found = await database.read(find_order, order.token)
    assert found
    return found
