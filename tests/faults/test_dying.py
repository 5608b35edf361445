"""The shop is killed at every step of a sale and started again; the sale happens once."""

import asyncio
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.schema import orders
from tests.audit import audit
from tests.builders import a_book, store_book
from tests.faults.dying import serve_and_die
from tests.journeys.conftest import environment
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_forked
from tests.shopper import DETAILS, HIDDEN_FIELD, intent_of

NEVER = 0
ENOUGH = 40
PATIENCE = 20


@dataclass(frozen=True)
class Frail:
    """A shop that can be started so that it is killed at a chosen step."""

    folder: Path
    stripe: Process
    isbn: str
    port: int

    def start(self, last_step: int, steps: str) -> AbstractContextManager[Process]:
        """Start the shop; with NEVER it is not killed."""
        env = environment(self.folder, self.port, self.stripe.url)
        file = self.folder / steps
        return running_forked(self.port, self.folder / "log", env, serve_and_die, self.port, last_step, file)


@pytest.fixture
async def frail(tmp_path: Path, simulator: Process) -> Frail:
    database = open_database(f"sqlite:///{tmp_path}/bookshop.db")
    await database.write(migrate)
    book = await database.write(store_book, a_book(stock=1, price=2300))
    await database.close()
    return Frail(tmp_path, simulator, book.isbn, free_port())


@dataclass
class Buyer:
    """A shopper who reloads, sends the form again, and pays unless it is paid."""

    shop: httpx.AsyncClient
    account: Account
    isbn: str
    form: dict[str, str] = field(default_factory=dict)
    receipt: str = ""

    async def open_form(self) -> None:
        """Open the details form, once."""
        if not self.form:
            page = await self.shop.get("/checkout", params={"item": self.isbn})
            self.form = {**dict(HIDDEN_FIELD.findall(page.text)), **DETAILS}

    async def buy(self) -> None:
        """Buy; raises httpx.TransportError when the shop is killed."""
        await self.open_form()
        if not self.receipt:
            answer = await self.shop.post("/checkout", data=self.form, follow_redirects=True)
            if answer.url.path.startswith("/orders/"):
                self.receipt = answer.url.path
            else:
                if "data-client-secret" not in answer.text:
                    answer = await self.shop.post(answer.url.path, follow_redirects=True)
                await self.account.pay(intent_of(answer.text))
                self.receipt = answer.url.path.replace("/checkout/", "/orders/")
        # the page polls while the shop may not read from Stripe yet
        async with asyncio.timeout(PATIENCE):
            while "Nearly there" in (receipt := await self.shop.get(self.receipt)).text:  # noqa: ASYNC110 - as a page does
                await asyncio.sleep(0.3)
        assert "Thank&nbsp;you" in receipt.text, re.findall("<h1.*", receipt.text)


@dataclass
class ChangingBuyer(Buyer):
    """A shopper who sends the form with another name first."""

    async def buy(self) -> None:
        if not self.receipt:
            await self.open_form()
            await self.shop.post("/checkout", data={**self.form, "name": "Another Reader"})
        await super().buy()


async def sell(frail: Frail, last_step: int, kind: type[Buyer]) -> int:
    """Sell in a shop that is killed at this step, and return how many steps the sale took."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{frail.port}") as shop:
        buyer = kind(shop, Account(frail.stripe.url), frail.isbn)
        with frail.start(last_step, "steps"):
            try:
                await buyer.buy()
            except httpx.TransportError:
                assert last_step
        if last_step:
            with frail.start(NEVER, "more"):
                await buyer.buy()
    return (frail.folder / "steps").stat().st_size


async def check(frail: Frail) -> None:
    """Check that one order is paid, once, and that the audit finds nothing."""
    database = open_database(f"sqlite:///{frail.folder}/bookshop.db")
    violations = await database.read(audit)
    payments = await database.read(lambda db: db.execute(select(orders.c.payment)).scalars().all())
    await database.close()
    assert not violations
    assert payments.count("paid") == 1
    assert set(payments) <= {"paid", "cancelled"}


@pytest.mark.parametrize("kind", [Buyer, ChangingBuyer])
@pytest.mark.parametrize("part", range(4))
async def test_a_sale_survives_death_at_every_step(
    frail: Frail, tmp_path: Path, part: int, kind: type[Buyer]
) -> None:
    """The steps are split into four parts, so that a failure names fewer of them."""
    untouched = (tmp_path / "bookshop.db").read_bytes()
    steps = await sell(frail, NEVER, kind)
    await check(frail)
    assert 8 <= steps <= ENOUGH
    for last_step in range(1 + part, steps + 1, 4):
        for name in ("bookshop.db", "bookshop.db-wal", "bookshop.db-shm", "steps", "more"):
            (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / "bookshop.db").write_bytes(untouched)
        await sell(frail, last_step, kind)
        await check(frail)
