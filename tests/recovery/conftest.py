"""Fixtures of the tests of recovering: a shop whose payments no other test has."""

from collections.abc import Awaitable, Callable
from secrets import token_hex

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import identity
from tests.builders import a_book, an_order
from tests.payments.conftest import buy
from tests.payments.stripe_account import Account

__all__ = ["buy"]
Lose = Callable[..., Awaitable[str]]


def set_shop_id(db: Connection, shop_id: str) -> None:
    db.execute(identity.update().values(shop_id=shop_id))


@pytest.fixture
async def shop_id(database: Database) -> str:
    """Give the shop an id of its own: the databases of tests are copies of one."""
    shop_id = token_hex(16)
    await database.write(set_shop_id, shop_id)
    return shop_id


@pytest.fixture
def lose(gateway: StripeGateway, account: Account, shop_id: str) -> Lose:
    """Pays for an order that the database does not have; returns the payment's id."""

    async def pay(method: str = "pm_card_visa") -> str:
        intent = await gateway.create_payment(an_order(a_book()), shop_id)
        await account.pay(intent.update.intent_id, method)
        return intent.update.intent_id

    return pay
