"""A shop that loses its database, and a backup of it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import asyncpg
from sqlalchemy import Connection, make_url, select

from bookshop.app import Shop, create_app
from bookshop.database import Database, open_database
from bookshop.schema import orders
from tests.builders import some_settings
from tests.conftest import at
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of

copies = count(1)


async def copy_database(url: str) -> str:
    """Return the address of a copy of a database that nothing has open."""
    found = make_url(url)
    name = f"{found.database}-backup-{next(copies)}"
    if found.drivername == "sqlite":
        shutil.copy(str(found.database), name)
    else:
        server = await asyncpg.connect(at(url, "postgres"))
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{found.database}" STRATEGY FILE_COPY')
        await server.close()
    return at(url, name)


@asynccontextmanager
async def serving(url: str, stripe: str) -> AsyncIterator[Shop]:
    """Serve a shop on this database; each reading of its clock is a day later."""
    settings = some_settings(DATABASE_URL=url, STRIPE_API_BASE=stripe)
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


def list_numbers(db: Connection) -> list[int]:
    """Return the order numbers that were given, the lowest first."""
    numbered = select(orders.c.number).where(orders.c.number.is_not(None)).order_by(orders.c.number)
    return [row.number for row in db.execute(numbered)]
