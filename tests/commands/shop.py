"""A shop whose commands run as processes of their own."""

import json
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from sqlalchemy import Connection, text

from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.orders.attempt_store import set_payment_ids
from bookshop.orders.order import Order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import ENVIRONMENT, SHOP_ID, a_book, an_order, payment_update, store_book, with_intent
from tests.server.test_supervisor import run

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class CommandShop:
    """A shop's folder and database, and its commands as processes."""

    def __init__(self, folder: Path, database: Database, **env: str) -> None:
        self.folder, self.database, self.env = folder, database, {**ENVIRONMENT, **env}

    def run(self, *arguments: str, **env: str) -> CompletedProcess[str]:
        return run(list(arguments), self.folder, **{**self.env, **env})

    def read(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.stderr == ""
        return json.loads(done.stdout)

    async def place(self, **changed: Any) -> Order:
        """Place an order for a book of its own."""
        book = await self.database.write(store_book, a_book(stock=2))
        return await self.database.write(reserve_and_add, an_order(book, **changed))

    async def apply_update(self, order: Order, status: str = "succeeded") -> Order:
        """Apply an update of an order's payment without reading it from Stripe."""
        return await self.database.write(apply_payment_update, order.id, payment_update(order, status))

    async def execute(self, statement: str) -> None:
        """Change the database as no function of the shop would."""

        def run_statement(db: Connection) -> None:
            db.execute(text(statement))

        await self.database.write(run_statement)


async def a_payable_order(shop: CommandShop, gateway: StripeGateway) -> Order:
    """Place an order whose payment exists at Stripe."""
    order = await shop.place(placed_at=datetime.now(UTC))
    intent = await gateway.create_payment(order, SHOP_ID)
    await shop.database.write(
        set_payment_ids,
        order.id,
        with_intent(order, intent.update.intent_id).attempt,
        "requires_payment_method",
    )
    return with_intent(order, intent.update.intent_id)
