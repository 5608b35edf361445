"""Whatever two people send to the office, in any order: stock and money stay right."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, select

from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.fulfilment.timeline_store import find_version
from bookshop.office.refund_limit import set_refund_limit
from bookshop.orders.attempt_store import set_payment_ids
from bookshop.orders.order import Delivery, Order
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import scans
from tests.audit import audit
from tests.builders import SHOP_ID, a_book, with_intent
from tests.fulfilment.stored_orders import a_line, an_order_of, store_books
from tests.office.staff_client import Form, StaffClient
from tests.payments.paid_orders import refunds_at_stripe
from tests.payments.stripe_account import Account
from tests.shopper import text_of

BOOKS = [a_book("Emma", stock=20, price=1200), a_book("Walden", stock=0, price=700)]
CONFIRM = re.compile(r'name="confirm" value="(\d+)"')
MOVES = ("pack", "ready", "collected", "undo")
KINDS = ("move", "ship", "refund", "cancel", "scan", "receive", "back", "bulk", "read")
REQUESTS, PEOPLE = 25, 3
Send = Callable[[StaffClient, Order, Form], Awaitable[None]]


async def pay_orders(database: Database, gateway: StripeGateway, account: Account, count: int) -> list[Order]:
    """Store orders that are paid at Stripe; every other one waits for a copy."""
    await database.write(store_books, *BOOKS)
    return [await pay_order(database, gateway, account, n) for n in range(count)]


async def pay_order(database: Database, gateway: StripeGateway, account: Account, n: int) -> Order:
    lines = [a_line(BOOKS[0], 2), *([a_line(BOOKS[1], to_order=1)] if n % 2 else [])]
    delivery = Delivery.COLLECT if n % 3 == 0 else Delivery.DELIVER
    order = with_intent(an_order_of(*lines, delivery=delivery), "")
    await database.write(reserve_and_add, order)
    intent = (await gateway.create_payment(order, SHOP_ID)).update.intent_id
    order = with_intent(order, intent)
    await database.write(set_payment_ids, order.id, order.attempt, "requires_payment_method")
    await account.pay(intent)
    paid, _ = await reconcile(database, gateway, order, NO_INTERVAL)
    return paid


@dataclass
class Day:
    """Requests at random, most with the order's version and some with an old one."""

    database: Database
    orders: list[Order]
    staff: list[StaffClient]
    chance: random.Random

    async def work(self) -> None:
        """Send requests, one after the other."""
        for _ in range(REQUESTS):
            send: Send = getattr(self, self.chance.choice(KINDS))
            order = self.chance.choice(self.orders)
            version = await self.database.read(find_version, order.id)
            seen = max(version - (self.chance.random() < 0.1), 0)
            await send(self.chance.choice(self.staff), order, {"version": str(seen), **self.some_copies()})

    def some_copies(self) -> dict[str, str]:
        return {f"copies-{book.isbn}": str(self.chance.randrange(3)) for book in BOOKS}

    async def send(self, who: StaffClient, path: str, form: Form) -> str:
        """Send a form, sometimes twice at once, and return the page."""
        sent = [
            who.post(path, form, htmx=self.chance.random() < 0.3)
            for _ in range(self.chance.choice((1, 1, 2)))
        ]
        responses = await asyncio.gather(*sent)
        for response in responses:
            assert response.status_code < 500, (path, form)
        return await text_of(responses[0])

    async def move(self, who: StaffClient, order: Order, form: Form) -> None:
        await self.send(
            who, f"/office/orders/{order.id}/{self.chance.choice(MOVES)}", {**form, "despite_mail": "1"}
        )

    async def ship(self, who: StaffClient, order: Order, form: Form) -> None:
        await self.send(
            who, f"/office/orders/{order.id}/ship", {**form, "carrier": "DHL", "tracking": "JD 1"}
        )

    async def refund(self, who: StaffClient, order: Order, form: Form) -> None:
        what, stock = self.chance.choice(("lines", "amount")), self.chance.choice(("yes", "no", "state"))
        stocks = {f"stock-{book.isbn}": stock for book in BOOKS}
        await self.confirm(
            who, f"/office/orders/{order.id}/refund", {**form, **stocks, "what": what, "amount": "5.00"}
        )

    async def cancel(self, who: StaffClient, order: Order, form: Form) -> None:
        await self.confirm(who, f"/office/orders/{order.id}/cancel", {**form, "restock": "yes"})

    async def confirm(self, who: StaffClient, path: str, form: Form) -> None:
        """Send a form, and again with the sum that its page shows."""
        if shown := CONFIRM.search(await self.send(who, path, form)):
            await self.send(who, path, {**form, "confirm": shown[1]})

    async def scan(self, who: StaffClient, order: Order, form: Form) -> None:
        code = self.chance.choice((BOOKS[0].isbn, BOOKS[1].isbn, str(order.number)))
        await self.send(who, f"/office/orders/{order.id}/packing", {"code": code, "key": self.a_key()})

    async def receive(self, who: StaffClient, order: Order, form: Form) -> None:
        code = self.chance.choice(("", "2x")) + self.chance.choice(BOOKS).isbn
        await self.send(who, "/office/receiving", {"code": code, "key": self.a_key()})

    async def back(self, who: StaffClient, order: Order, form: Form) -> None:
        keys = await self.database.read(list_received)
        if keys:
            await self.send(who, "/office/receiving/back", {"scan": self.chance.choice(keys)})

    async def bulk(self, who: StaffClient, order: Order, form: Form) -> None:
        chosen = [f"{order.number}.{form['version']}"]
        await self.send(
            who, f"/office/bulk/{self.chance.choice(('pack', 'ready', 'undo'))}", {"orders": chosen}
        )

    async def read(self, who: StaffClient, order: Order, form: Form) -> None:
        path = self.chance.choice(("", "/orders?list=all", "/to-order", "/receiving", f"/orders/{order.id}"))
        await who.read(f"/office{path}")

    def a_key(self) -> str:
        return str(self.chance.randrange(200))


def list_received(db: Connection) -> list[str]:
    return list(db.execute(select(scans.c.scan_key).where(scans.c.order_id.is_(None))).scalars())


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_people_at_once_keep_stock_and_money_right(
    owner: StaffClient,
    seller: StaffClient,
    database: Database,
    gateway: StripeGateway,
    account: Account,
    seed: int,
) -> None:
    await database.write(set_refund_limit, "20.00")
    orders = await pay_orders(database, gateway, account, 4)
    day = Day(database, orders, [owner, seller], random.Random(seed))
    await asyncio.gather(*(day.work() for _ in range(PEOPLE)))
    assert await database.read(audit) == ()
    for order in orders:
        stored = await database.read(list_refunds, order.id)
        made = [refund for refund in await refunds_at_stripe(account, order) if refund["status"] != "failed"]
        assert sum(refund["amount"] for refund in made) <= order.total.minor
        assert sum(refund["amount"] for refund in made) == sum(
            refund.amount.minor for refund in stored if refund.status != "failed"
        )
