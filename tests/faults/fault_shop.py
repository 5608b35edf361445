"""A shop in which faults are injected, and what is observed of it meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection

from bookshop.app import Shop, create_app
from bookshop.catalogue.book import Book
from bookshop.database import Database, open_database
from bookshop.doctor.check import Deployment, Result, State
from bookshop.doctor.checks import list_checks
from bookshop.doctor.online import dns_records
from bookshop.doctor.run_checks import run_checks
from bookshop.logs import private_logs
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order
from bookshop.schema import orders
from bookshop.settings import Settings
from tests.audit import audit
from tests.builders import a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import free_port
from tests.shopper import Shopper, receipt_of, token_of

MAX_WAIT = 0.2
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FaultShop:
    """A shop with one order that is paid at Stripe, which the shop does not know yet."""

    app: Shop
    opened: list[Database]
    settings: Settings
    url: str
    database: Database
    account: Account
    book: Book
    pay_page: str = ""
    # what a shopper sends who opened the form before the fault
    form: dict[str, str] = field(default_factory=dict)
    baseline: set[tuple[str, State]] = field(default_factory=set)

    def shopper(self) -> Shopper:
        return Shopper(self.app.test_client())

    async def prepare(self) -> None:
        """Warm the shop up with a page and an unfinished sale, and check it as it is in order."""
        await self.shopper().read("/")
        self.pay_page = await self.shopper().place_and_pay_page(self.book.isbn)
        await self.account.pay(await self.shopper().find_intent(self.pay_page))
        self.form = {**await self.shopper().open_form(self.book.isbn), "name": "Cleo"}
        self.baseline = {(result.name, result.state) for result in await self.run_doctor()}

    async def run_doctor(self) -> list[Result]:
        database = open_database(self.url, MAX_WAIT)
        try:
            deployment = Deployment(self.settings, {}, Path(".env"), database)
            return await run_checks(deployment, list_checks(is_online=True))
        finally:
            await database.close()

    async def check_nothing_is_lost(self) -> None:
        """Check that the paid order becomes paid, that the next sale succeeds, and the audit."""
        await self.database.write(forget_reads)
        for page in (self.pay_page, await self.shopper().place_and_pay_page(self.book.isbn, name="Bea")):
            if page != self.pay_page:
                await self.account.pay(await self.shopper().find_intent(page))
            assert "Thank" in await self.shopper().read(receipt_of(page))
            order = await self.database.read(find_order, token_of(page))
            assert order
            assert order.payment is PaymentState.PAID
        assert not await self.database.read(audit)


def forget_reads(db: Connection) -> None:
    """Let each order be compared with Stripe at once, and not two seconds after the last time."""
    db.execute(orders.update().values(refreshed_at=LONG_AGO))


@asynccontextmanager
async def running_fault_shop(
    url: str, database: Database, stripe: str, monkeypatch: pytest.MonkeyPatch, **settings: str
) -> AsyncIterator[FaultShop]:
    """Run a shop that waits for its database and the DNS for a moment only."""
    opened: list[Database] = []

    def open_and_note(url: str) -> Database:
        opened.append(open_database(url, MAX_WAIT))
        return opened[-1]

    monkeypatch.setattr("bookshop.app.open_database", open_and_note)
    monkeypatch.setattr(private_logs, "MIN_INTERVAL_SECONDS", 0)
    monkeypatch.setattr(dns_records, "MAX_SECONDS", 0.05)
    changed = {"DNS_SERVER": f"127.0.0.1:{free_port()}", **settings}
    with TemporaryDirectory() as folder:
        own = {"BACKUPS_DIR": f"{folder}/backups", "COVERS_DIR": f"{folder}/covers"}
        configured = some_settings(DATABASE_URL=url, STRIPE_API_BASE=stripe, **own, **changed)
    # a page that was seen is never too old: whether it is rendered again would depend on the load
    app = create_app(configured, clock=lambda: 0.0)
    async with app.test_app():
        book = await database.write(store_book, a_book(stock=9))
        shop = FaultShop(app, opened, configured, url, database, Account(stripe), book)
        await shop.prepare()
        yield shop
