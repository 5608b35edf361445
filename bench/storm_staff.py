"""Staff of the storm: python bench/storm_staff.py SEED.

Does what can be done with paid orders, as the commands do, until it is killed. The shop's settings are in the
environment.
"""

import asyncio
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from sqlalchemy import Connection, select

from bookshop.database import Database, DatabaseUnavailable, open_database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.delay import delay
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import Chosen, NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from bookshop.fulfilment.undo import undo
from bookshop.payments.cancel_by_shop import cancel_by_shop
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.errors import PaymentError
from bookshop.payments.refund_order import refund_order
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import orders
from bookshop.settings import settings_or_exit

MAX_CHOICE = 200
SECONDS_BETWEEN_ACTIONS = (0.0, 0.05)
LIST_PAID = (
    select(orders.c.id).where(orders.c.payment == "paid").order_by(orders.c.paid_at.desc()).limit(MAX_CHOICE)
)
STEPS = (pack, ship, ship, make_ready, make_ready, collect, collect)


class Staff:
    """A member of staff, who chooses orders and actions at random."""

    def __init__(self, seed: int) -> None:
        self.name, self.choose = f"staff {seed}", random.Random()
        settings = settings_or_exit()
        self.database: Database = open_database(settings.database_url)
        self.gateway = StripeGateway(
            settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
        )

    async def work(self) -> None:
        """Do one thing after the other until killed."""
        while True:
            with suppress(NotAllowed, OrderChanged, PaymentError, DatabaseUnavailable):
                await self.act()
            await asyncio.sleep(self.choose.uniform(*SECONDS_BETWEEN_ACTIONS))

    async def act(self) -> None:
        """Do something with an order, as it was seen a moment ago."""
        paid = await self.database.read(lambda db: db.execute(LIST_PAID).scalars().all())
        if not paid:
            return
        order_id = self.choose.choice(paid)
        version = await self.database.read(find_version, order_id)
        copies = await self.database.read(list_copies, order_id)
        what = self.choose.random()
        if what < 0.04:
            cancellation = Cancellation(self.some(copies), "We have no copy.", self.choose.random() < 0.7)
            await cancel_by_shop(
                self.database, self.gateway, order_id, version, cancellation, actor=self.name
            )
        elif what < 0.1:
            chosen = self.some(copies) or {}
            request = RefundRequest(
                lines=tuple(chosen.items()), restock=self.choose.choice([None, True, False])
            )
            await refund_order(self.database, self.gateway, order_id, version, request, actor=self.name)
        else:
            await self.database.write(self.choose_step(copies), order_id, version)

    def some(self, copies: tuple[LineCopies, ...]) -> Chosen | None:
        """Return all copies, or one of a book."""
        return self.choose.choice([None, {self.choose.choice(copies).isbn: 1}])

    def choose_step(self, copies: tuple[LineCopies, ...]) -> Callable[[Connection, str, int], object]:
        """Return an action that needs nothing from Stripe."""
        actor, chosen = self.name, self.some(copies)
        awaited = [line for line in copies if line.count(CopyState.TO_ORDER)]
        if awaited and self.choose.random() < 0.5:
            isbn, quantity = awaited[0].isbn, self.choose.randint(1, 3)
            return lambda db, *_: arrive(
                db, {isbn: quantity}, key=token_hex(8), actor=actor, now=datetime.now(UTC)
            )
        if self.choose.random() < 0.05:
            return lambda db, order_id, version: add_note(
                db, order_id, version, "A note.", actor=actor, now=datetime.now(UTC)
            )
        if self.choose.random() < 0.05:
            until = datetime.now(UTC) + timedelta(days=9)
            return lambda db, order_id, version: delay(
                db, order_id, version, until, actor=actor, now=datetime.now(UTC)
            )
        step = self.choose.choice(STEPS)
        if self.choose.random() < 0.1:
            return lambda db, order_id, version: undo(
                db, order_id, version, despite_mail=True, actor=actor, now=datetime.now(UTC)
            )
        return lambda db, order_id, version: step(
            db, order_id, version, chosen, actor=actor, now=datetime.now(UTC)
        )


if __name__ == "__main__":
    asyncio.run(Staff(int(sys.argv[1])).work())
