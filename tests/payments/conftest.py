"""Fixtures of the tests of payments."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.payment_store import set_intent
from bookshop.orders.store import add_order
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import a_book, an_order, sgd, store_book
from tests.payments.paid_orders import Buy
from tests.payments.stripe_account import Account


@pytest.fixture
def buy(database: Database, gateway: StripeGateway, account: Account) -> Buy:
    """Makes a paid order: two copies of Emma and one of Persuasion, sent for 5.00: 38.00."""

    async def pay(method: str = "pm_card_visa") -> Order:
        books = (a_book("Emma", price=1200, stock=5), a_book("Persuasion", price=900, stock=5))
        placed = an_order(*books, delivery_fee=sgd(500), total=sgd(3800))
        emma, persuasion = placed.lines
        placed = replace(placed, lines=(replace(emma, quantity=2), persuasion))

        def place(db: Connection) -> None:
            for book in books:
                store_book(db, book)
            add_order(db, placed)
            reserve_stock(db, placed.quantities, placed.id)

        await database.write(place)
        update = (await gateway.create_payment(placed)).update
        await database.write(set_intent, placed, update.intent_id, update.status)
        await account.pay(update.intent_id, method)
        order, _ = await reconcile(
            database, gateway, replace(placed, intent_id=update.intent_id), NO_INTERVAL
        )
        assert order.number
        return order

    return pay
