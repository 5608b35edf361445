"""Orders in the database and at Stripe, for tests of payments."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import reserve_stock
from bookshop.checkout.open_card_payment import resume_payment
from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.store import add_order, find_order
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import stock_movements
from tests.builders import an_order

RESERVATION = timedelta(minutes=30)
LONG_AGO = timedelta(minutes=31)
POLICY = ExpiryPolicy(RESERVATION, max_failures=3, is_live=True)


async def place(
    database: Database, gateway: StripeGateway, book: Book, age: timedelta = timedelta()
) -> Order:
    """Store an order that was placed so long ago, with its payment."""
    order = await store(database, book, age)
    return (await resume_payment(database, gateway, order)).order


async def store(database: Database, book: Book, age: timedelta = timedelta(), **changed: Any) -> Order:
    """Store an order that was placed so long ago, without asking Stripe."""
    placed_at = datetime.now(UTC) - age
    order = an_order(book, placed_at=placed_at, due_at=placed_at + RESERVATION, **changed)
    await database.write(write_order, order)
    return order


def write_order(db: Connection, order: Order) -> None:
    """Write an order and reserve its copies."""
    add_order(db, order)
    reserve_stock(db, order.quantities, order.id)


def count_movements(db: Connection, order: Order, kind: str) -> int:
    """Count the order's stock movements of a kind."""
    of_order = (stock_movements.c.cause == order.id) & (stock_movements.c.kind == kind)
    return db.execute(select(func.count()).select_from(stock_movements).where(of_order)).scalar_one()


async def find(database: Database, order: Order) -> Order:
    """Read the order again."""
    found = await database.read(find_order, order.token)
    assert found
    return found
