"""Fixtures of the tests of payments."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.orders.attempt_store import set_payment_ids
from bookshop.orders.order import Order
from bookshop.orders.store import add_order
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import SHOP_ID, a_book, an_order, sgd, store_book, with_intent
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
        update = (await gateway.create_payment(placed, SHOP_ID)).update
        await database.write(
            set_payment_ids,
            placed.id,
            with_intent(placed, update.intent_id).attempt,
            "requires_payment_method",
        )
        await account.pay(update.intent_id, method)
        order, _ = await reconcile(database, gateway, with_intent(placed, update.intent_id), NO_INTERVAL)
        assert order.number
        return order

    return pay
