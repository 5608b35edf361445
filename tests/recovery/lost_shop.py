"""A shop that sells, and loses everything but a backup."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy import Connection, make_url, select

from bookshop.app import Shop, create_app
from bookshop.database import Database, open_database
from bookshop.database.describe import sqlite_file
from bookshop.schema import orders
from bookshop.settings import Settings
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Shop]:
    """Serve the shop; each reading of its clock is a day later."""
    app = create_app(settings, clock=count(step=86_400).__next__)
    async with app.test_app():
        yield app


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    yield database
    await database.close()


async def sell(shop: Shop, account: Account, isbn: str, method: str = "pm_card_visa") -> str:
    """Sell a book, and return the payment's id."""
    shopper = Shopper(shop.test_client())
    pay_page = await shopper.place_and_pay_page(isbn)
    intent_id = await shopper.find_intent(pay_page)
    await account.pay(intent_id, method)
    assert (await shopper.get(receipt_of(pay_page))).status_code == 200
    return intent_id


async def lose_everything(settings: Settings) -> None:
    """Delete the database and the covers."""
    shutil.rmtree(settings.covers_dir)
    if file := sqlite_file(settings.database_url):
        delete_database(file)
        return
    server = await asyncpg.connect(make_url(settings.database_url).render_as_string(hide_password=False))
    await server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await server.close()


def delete_database(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def list_numbers(db: Connection) -> list[int]:
    """Return the order numbers that were given, the lowest first."""
    numbered = select(orders.c.number).where(orders.c.number.is_not(None)).order_by(orders.c.number)
    return [row.number for row in db.execute(numbered)]
