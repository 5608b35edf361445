"""Measure shoppers while strangers try to sign in to the office."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from urllib.parse import urlencode

from bench.buying import ORDERS_PER_SECOND, WARM_UP_ORDERS, place_orders
from bench.client import BROWSER_HEADERS, Browser, percentile
from bench.machine import Server
from bench.site import Site, find_pages
from bench.table import Row

ATTEMPTS_PER_SECOND = 200
PAGES_PER_SECOND = 200
CONNECTIONS = 50
WARM_UP_SECONDS = 2
REFUSED = (422, 429, 503)
Load = Callable[[Server, str, float], Awaitable[list[float]]]


def measure(site: Site, seconds: float) -> Iterator[Row]:
    """Measure kept pages and orders, without and with attempts from many networks."""
    with site.stripe_stub() as stub, site.behind_proxy().shop(stub.url) as shop:
        isbn = find_pages(shop)["book"].split("/")[2]
        for work, load in (("a kept page", open_pages), ("place an order", place)):
            asyncio.run(place_orders(shop, isbn, WARM_UP_ORDERS))
            quiet = asyncio.run(load(shop, isbn, seconds))
            before = shop.cpu_us()
            stormy, statuses = asyncio.run(load_during_attempts(shop, isbn, seconds, load))
            yield Row(
                f"{work}, {ATTEMPTS_PER_SECOND} sign-ins/s: {format_statuses(statuses)}",
                percentile(stormy, 0.99),
                " ms p99",
                percentile(quiet, 0.99),
                "p99 without them",
                p50_ms=percentile(stormy, 0.5),
                p99_ms=percentile(stormy, 0.99),
                cpu_us=(shop.cpu_us() - before) / len(stormy),
                memory_mb=shop.memory_mb(),
            )


async def open_pages(shop: Server, isbn: str, seconds: float) -> list[float]:
    """Open a book's page, from the page cache, at a steady rate; return the times in ms."""
    began = time.perf_counter()
    idle: list[Browser] = []

    async def wait_and_open(number: int) -> float:
        await asyncio.sleep(began + number / PAGES_PER_SECOND - time.perf_counter())
        browser = idle.pop() if idle else Browser(shop.port)
        response = await browser.send(f"/books/{isbn}", headers=BROWSER_HEADERS)
        idle.append(browser)
        return response.ms

    return list(await asyncio.gather(*(wait_and_open(n) for n in range(int(PAGES_PER_SECOND * seconds)))))


async def place(shop: Server, isbn: str, seconds: float) -> list[float]:
    return await place_orders(shop, isbn, int(ORDERS_PER_SECOND * seconds))


async def load_during_attempts(
    shop: Server, isbn: str, seconds: float, load: Load
) -> tuple[list[float], Counter[int]]:
    """Run the load while strangers try to sign in; return its times and the statuses they got."""
    async with attempts(shop) as statuses:
        await asyncio.sleep(WARM_UP_SECONDS)
        return await load(shop, isbn, seconds), statuses


@asynccontextmanager
async def attempts(shop: Server) -> AsyncIterator[Counter[int]]:
    """Try to sign in at a steady rate, each time for another name from another network."""
    statuses: Counter[int] = Counter()
    numbers = count()

    async def attempt_in_turn(offset: float) -> None:
        browser, due = Browser(shop.port), time.perf_counter() + offset
        while True:
            await asyncio.sleep(due - time.perf_counter())
            statuses[await attempt(browser, next(numbers))] += 1
            due += CONNECTIONS / ATTEMPTS_PER_SECOND

    tasks = [
        asyncio.create_task(attempt_in_turn(number / ATTEMPTS_PER_SECOND)) for number in range(CONNECTIONS)
    ]
    try:
        yield statuses
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def attempt(browser: Browser, number: int) -> int:
    """Try to sign in; return the status."""
    network = f"198.18.{number // 250 % 250}.{number % 250}"
    body = urlencode({"name": f"Name {number}", "password": f"a wrong password {number}", "code": "000000"})
    response = await browser.send(
        "/office/sign-in", "POST", body.encode(), {**BROWSER_HEADERS, "X-Forwarded-For": network}
    )
    if response.status not in REFUSED:
        raise SystemExit(f"bench: {response.status} for an attempt to sign in")
    return response.status


def format_statuses(statuses: Counter[int]) -> str:
    return ", ".join(f"{number} got {status}" for status, number in sorted(statuses.items()))
