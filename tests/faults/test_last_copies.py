"""Hundreds of buyers compete for a few copies, each of which is sold once."""

import asyncio
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, func, select

from bookshop.catalogue.stock import find_available
from bookshop.database import Database
from bookshop.schema import orders
from tests.builders import a_book, store_book
from tests.fork_server import run_command
from tests.journeys.conftest import environment
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_shop, running_simulator
from tests.shopper import DETAILS, HIDDEN_FIELD, HTMX, intent_of

BUYERS, COPIES, AT_ONCE = 500, 7, 60
WORKERS = {"sqlite": 2, "postgresql": 3}
PATIENCE, MAX_TRIES = 60, 5


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[Process]:
    """Run a simulator of this test's own, whose events are only this shop's."""
    with running_simulator(tmp_path / "simulator.log", free_port(), free_port()) as process:
        yield process


async def test_the_last_copies(
    database: Database, database_url: str, stripe: Process, tmp_path: Path
) -> None:
    book = await database.write(store_book, a_book(stock=COPIES, price=2300))
    env = {
        **environment(tmp_path, free_port(), stripe.url),
        "DATABASE_URL": database_url,
        "SWEEP_SECONDS": "1",
    }
    port = int(env["SHOP_URL"].rsplit(":", 1)[1])
    workers = WORKERS[database_url.split(":", 1)[0]]
    with running_shop(tmp_path / "shop.log", port, env, tmp_path, workers) as shop:
        pages = await place_all(shop, book.isbn)
        assert Counter(status for status, _ in pages) == {200: COPIES, 409: BUYERS - COPIES}
        assert await database.read(find_available, book.isbn) == 0
        assert await database.read(count_orders, "open") == COPIES
        assert all("may become available again" in text for status, text in pages if status == 409)

        choose = random.Random(11)
        account = Account(stripe.url)
        for intent in [intent_of(text) for status, text in pages if status == 200]:
            method = choose.choice(["pm_card_visa", "pm_card_visa_chargeDeclined", ""])
            if method:
                await account.pay(intent, method)
        shop.kill()
    with running_shop(tmp_path / "shop.log", port, env, tmp_path, workers):
        await database.write(let_time_pass)
        await wait_until_nothing_is_open(database)
    audited = audit(env, tmp_path)
    assert audited.returncode == 0, audited.stdout + audited.stderr
    paid = await database.read(count_orders, "paid")
    assert await database.read(find_available, book.isbn) == COPIES - paid


async def wait_until_nothing_is_open(database: Database) -> None:
    """Wait for the sweepers of the shop's own processes."""
    async with asyncio.timeout(PATIENCE):
        while await database.read(count_orders, "open"):  # noqa: ASYNC110 - other processes have no event for us
            await asyncio.sleep(0.2)


def audit(env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `bookshop audit --stripe`."""
    return run_command(["audit", "--stripe"], folder, {**os.environ, **env})


def count_orders(db: Connection, payment: str) -> int:
    return db.execute(
        select(func.count()).select_from(orders).where(orders.c.payment == payment)
    ).scalar_one()


def let_time_pass(db: Connection) -> None:
    """Move every open order an hour into the past."""
    then = datetime.now(UTC) - timedelta(hours=1)
    open_orders = orders.update().where(orders.c.payment == "open")
    db.execute(open_orders.values(placed_at=then, due_at=then))


async def place_all(shop: Process, isbn: str) -> list[tuple[int, str]]:
    """Let every buyer open the form, then all send it at once."""
    gate = asyncio.Semaphore(AT_ONCE)
    # plain hypercorn closes a connection after five idle seconds; the client closes it earlier
    limits = httpx.Limits(max_connections=AT_ONCE, keepalive_expiry=2)
    async with httpx.AsyncClient(base_url=shop.url, timeout=PATIENCE, limits=limits) as http:
        page = await http.get("/checkout", params={"item": isbn})
        hidden = dict(HIDDEN_FIELD.findall(page.text))

        async def place(number: int) -> tuple[int, str]:
            form = {**hidden, **DETAILS, "order": f"{number:022d}", "name": f"Buyer {number}"}
            async with gate:
                http.cookies.clear()
                # a busy machine lets a form wait too long, and its shopper sends it again
                for _ in range(MAX_TRIES):
                    answer = await http.post("/checkout", data=form, headers=HTMX)
                    if answer.status_code != 503:
                        break
            return answer.status_code, answer.text

        return await asyncio.gather(*(place(number) for number in range(BUYERS)))
