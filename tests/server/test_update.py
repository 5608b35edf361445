"""Two versions of the shop sell from one database, before, while and after it is migrated."""

import asyncio
import json
import random
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest

from bookshop.migrations import list_revisions
from tests.builders import ENVIRONMENT
from tests.payments.stripe_account import Account
from tests.processes import SIMULATOR_SECRET, Process, free_port, running, running_simulator
from tests.server.earlier_code import ROOT, extract_earlier_code
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run
from tests.shopper import DETAILS, HIDDEN_FIELD, intent_of
from tests.test_expand_only import read_revision

SAMPLES = json.loads((ROOT / "bookshop/catalogue/data/books.json").read_text())
BUYERS = 2
PATIENCE = 60
NO_LIMITS = {"MAX_ORDERS_PER_HOUR": "10000", "MAX_UNPAID_ORDERS": "10000", "MAX_UNPAID_COPIES": "10000"}


@pytest.fixture(scope="module")
def earlier_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the code before the newest migration was added."""
    folder = tmp_path_factory.mktemp("earlier")
    if not extract_earlier_code(folder, "bookshop"):
        pytest.skip("this copy of the code has no history")
    return folder


@dataclass
class Buyers:
    """Shoppers who buy without end; each request may go to another version."""

    account: Account
    shops: Sequence[Process]
    seen: Counter[str] = field(default_factory=Counter)
    # one of the shelf for each sale, so that none is refused
    copies: Iterator[str] = field(
        default_factory=lambda: iter([book["isbn"] for book in SAMPLES for _ in range(book["stock"])])
    )
    sales: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    is_over: bool = False

    async def buy_until_over(self, number: int) -> None:
        dice = random.Random(number)
        while not self.is_over:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                await self.buy(client, dice)
                self.sales.release()

    async def buy(self, client: httpx.AsyncClient, dice: random.Random) -> None:
        """Place an order, pay for it, and open the receipt until it shows the payment."""
        page = await self.send(client, "GET", f"/checkout?item={next(self.copies)}", dice)
        form = {**dict(HIDDEN_FIELD.findall(page.text)), **DETAILS, "name": f"Reader {dice.random()}"}
        path = (await self.send(client, "POST", "/checkout", dice, form)).headers["Location"]
        await self.account.pay(intent_of((await self.send(client, "GET", path, dice)).text))
        receipt = path.replace("/checkout/", "/orders/")
        for _ in range(PATIENCE):
            if "Thank&nbsp;you" in (await self.send(client, "GET", receipt, dice)).text:
                return
            # a payment is read from Stripe once in two seconds
            await asyncio.sleep(1)
        raise AssertionError("the receipt does not show the payment")

    async def send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        dice: random.Random,
        form: dict[str, str] | None = None,
    ) -> httpx.Response:
        response = await client.request(method, dice.choice(self.shops).url + path, data=form)
        self.seen[f"{method} {response.status_code}"] += 1
        return response

    async def wait_for_sales(self, count: int) -> None:
        """Wait for so many more sales of each buyer."""
        for _ in range(count * BUYERS):
            await self.sales.acquire()


@asynccontextmanager
async def buying(buyers: Buyers) -> AsyncIterator[None]:
    """Buy during the block; what goes wrong in a sale is raised."""
    async with asyncio.timeout(4 * PATIENCE), asyncio.TaskGroup() as tasks:
        for number in range(BUYERS):
            tasks.create_task(buyers.buy_until_over(number))
        yield
        buyers.is_over = True


async def test_two_versions_sell_from_one_database_during_its_migration(
    database_url: str, earlier_code: Path, tmp_path: Path
) -> None:
    url = database_url if database_url.startswith("postgresql") else f"sqlite:///{tmp_path}/new.db"
    old_port, new_port, stripe_port = free_port(), free_port(), free_port()
    with ExitStack() as stack:
        stripe = stack.enter_context(running_simulator(tmp_path / "simulator", stripe_port, new_port))
        env = {
            **clean_environment(),
            **ENVIRONMENT,
            **NO_LIMITS,
            "DATABASE_URL": url,
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_WEBHOOK_SECRET": SIMULATOR_SECRET,
            "SWEEP_SECONDS": "1",
        }
        earlier = {**env, "PYTHONPATH": str(earlier_code)}
        await empty(url)
        migrate = [*BOOKSHOP, "migrate", "--with-samples"]
        await asyncio.to_thread(subprocess.run, migrate, cwd=tmp_path, env=earlier, check=True)
        assert await read_revision(url) == list_revisions()[-2]

        async def start(port: int, env: dict[str, str]) -> Process:
            serve = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}"]
            shop = running(serve, port, tmp_path / f"log-{port}", env, tmp_path)
            return await asyncio.to_thread(stack.enter_context, shop)

        old = await start(old_port, earlier)
        buyers = Buyers(Account(stripe.url), [old])
        async with buying(buyers):
            await buyers.wait_for_sales(1)
            migrated = asyncio.create_task(asyncio.to_thread(run, ["migrate"], tmp_path, **env))
            await buyers.wait_for_sales(1)
            assert (await migrated).returncode == 0
            new = await start(new_port, env)
            buyers.shops = [old, new]
            await buyers.wait_for_sales(2)
            buyers.shops = [new]
            await buyers.wait_for_sales(1)
        assert set(buyers.seen) == {"GET 200", "POST 303"}, buyers.seen
        audit = await asyncio.to_thread(run, ["audit", "--stripe"], tmp_path, **env)
        assert audit.returncode == 0, audit.stdout
    assert await read_revision(url) == list_revisions()[-1]


async def empty(url: str) -> None:
    """Remove the tables of a database of PostgreSQL, which the fixture has migrated."""
    if url.startswith("postgresql"):
        server = await asyncpg.connect(url)
        await server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await server.close()
