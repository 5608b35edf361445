"""A shop in which faults are injected, and what is observed of it meanwhile."""

import logging
import re
from collections.abc import AsyncIterator, Iterable, Sequence
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
from bookshop.doctor.checks import CHECKS, ONLINE_CHECKS
from bookshop.doctor.online import dns_records
from bookshop.doctor.run_checks import run_checks
from bookshop.logs import private_logs
from bookshop.orders.audit.run_audit import run_audit
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order
from bookshop.schema import orders
from bookshop.settings import Settings
from tests.builders import a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import free_port
from tests.shopper import CLIENT_SECRET, Shopper, receipt_of, text_of, token_of

MAX_WAIT = 0.2
AS_ALWAYS = "as always"
SENTENCES = (
    "The shop is very busy at the moment",
    "We can’t reach our payment service at the moment",
    "Payments are switched off at the moment",
    "The database does not respond at the moment",
    "Something went wrong on our side",
    "Nearly there",
    "We are confirming your payment",
)
# what differs from one run to another
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
VARIABLE = (
    # PostgreSQL may refuse a connection just before or after the time is up
    (
        r"unavailable: (busy|unreachable) \((TimeoutError|ConnectionRefusedError)\)",
        "unavailable: unreachable or busy",
    ),
    (r"since [-\d: ]+ UTC", "since …"),
    (r"req_\w+", "req_…"),
    (r"database test_\d+", "database …"),
    (r"https?://[\w.]+:\d+", "…"),
    (r"127\.0\.0\.1:\d+", "…"),
    (r"/\S*/(?=bookshop|covers)", "…/"),
)


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
            return await run_checks(deployment, (*CHECKS, *ONLINE_CHECKS))
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
        assert not (await self.database.read(run_audit)).violations


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
    app = create_app(configured)
    async with app.test_app():
        book = await database.write(store_book, a_book(stock=9))
        shop = FaultShop(app, opened, configured, url, database, Account(stripe), book)
        await shop.prepare()
        yield shop


async def see_as_shopper(shop: FaultShop) -> str:
    """Return what shoppers see: of each thing they do, or of everything if that is the same."""
    shopper = shop.shopper()
    seen = {
        "a page that others saw": await look(shopper, "/"),
        "any other page": await look(shopper, f"/search?q={shop.book.title}"),
        "the receipt of what is paid": await look(shopper, receipt_of(shop.pay_page)),
        "sending an order": await buy(shop),
    }
    if set(seen.values()) == {AS_ALWAYS}:
        return "nothing: all is as always"
    return "; ".join(f"{what}: {how}" for what, how in seen.items())


async def look(shopper: Shopper, path: str) -> str:
    response = await shopper.get(path)
    return describe(response.status_code, await text_of(response))


async def buy(shop: FaultShop) -> str:
    """Send an order and open its payment."""
    shopper = shop.shopper()
    response = await shopper.post("/checkout", shop.form)
    page = await text_of(response)
    if response.status_code == 303:
        page = await shopper.read(response.headers["Location"])
        if CLIENT_SECRET.search(page):
            return AS_ALWAYS
        seen = describe(200, page)
        assert seen != AS_ALWAYS, page
        return seen
    return describe(response.status_code, page)


def describe(status: int, page: str) -> str:
    found = next((text for text in SENTENCES if text in page), "")
    if not found:
        assert status == 200, (status, page)
        return AS_ALWAYS
    return f"“{found}”" + (f" ({status})" if status != 200 else "")


async def see_as_owner(shop: FaultShop, log: Sequence[str]) -> str:
    """Return what `/readyz` and the log say, and the office if it is not as always."""
    response = await shop.app.test_client().get("/readyz")
    state = await response.get_json()
    usual = {"ready": True, "database": "ok", "stripe": "reachable"}
    changed = [f"{name} {value}" for name, value in state.items() if usual.get(name, value) != value]
    office = await look(shop.shopper(), "/office/sign-in")
    parts = [f"`/readyz` {response.status_code}{': ' + ', '.join(changed) if changed else ''}"]
    parts += [] if office == AS_ALWAYS else [f"the office: {office}"]
    parts += [f"log: “{line}”" for line in dict.fromkeys(map(mask, log))]
    return "; ".join(parts)


async def see_by_doctor(shop: FaultShop) -> str:
    """Return what `doctor --online` finds that it did not find before."""
    results = await shop.run_doctor()
    return describe_results(one for one in results if (one.name, one.state) not in shop.baseline)


def describe_results(results: Iterable[Result]) -> str:
    bad = [one for one in results if one.state in (State.PROBLEM, State.WARNING)]
    return "; ".join(f"{one.state} {one.name}: {mask(one.what)}" for one in bad) or "nothing"


def mask(text: str) -> str:
    for pattern, replacement in VARIABLE:
        text = re.sub(pattern, replacement, text)
    return text.replace("|", "/")


MORE_LINES = re.compile(r" \(and \d+ more since the last such line\)")


class LogLines(logging.Handler):
    """Collects the warnings and errors of the shop."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # a line counts what other tests of this process have suppressed
        self.lines.append(MORE_LINES.sub("", record.getMessage()))
