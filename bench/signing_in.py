"""Measure shoppers while strangers try to sign in to the office."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.buying import ORDERS_PER_SECOND, WARM_UP_ORDERS, place_orders
from bench.client import BROWSER_HEADERS, Browser, percentile
from bench.crowd import REQUESTS_PER_SECOND, SIGN_IN
from bench.machine import LOAD_CORE, ROOT, Server, pin
from bench.site import Site, find_pages
from bench.table import Row

PAGES_PER_SECOND = 200
REFUSED = {422, 429, 503}
Load = Callable[[Server, str, float], Coroutine[Any, Any, list[float]]]


@dataclass
class Samples:
    """The times in ms beside one crowd, the statuses that it got, and the CPU time of all."""

    crowd: str
    path: str
    times: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    cpu_us: float = 0


def measure(site: Site, rounds: int, seconds: float) -> Iterator[Row]:
    """Measure cached pages and orders: alone, beside requests for a page, and beside attempts."""
    with site.stripe_stub() as stub, site.behind_proxy().shop(stub.url) as shop:
        page = find_pages(shop)["book"]
        for work, load in (("a kept page", open_pages), ("place an order", place)):
            asyncio.run(place_orders(shop, page.split("/")[2], WARM_UP_ORDERS))
            alone = Samples("", "")
            crowds = Samples("kept pages", page), Samples("sign-ins", SIGN_IN)
            for _ in range(rounds):
                for samples in (alone, *crowds):
                    take(shop, page, seconds, load, samples)
            for samples in crowds:
                yield make_row(shop, work, samples, alone)


def take(shop: Server, page: str, seconds: float, load: Load, samples: Samples) -> None:
    """Run the load beside its crowd for some seconds."""
    with crowd(shop, samples):
        before = shop.cpu_us()
        samples.times += asyncio.run(load(shop, page, seconds))
        samples.cpu_us += shop.cpu_us() - before


@contextmanager
def crowd(shop: Server, samples: Samples) -> Iterator[None]:
    """Let a crowd send requests from a process of its own, and count what it gets."""
    if not samples.path:
        yield
        return
    command = [sys.executable, "-m", "bench.crowd", str(shop.port), samples.path]
    with subprocess.Popen(
        pin(command, LOAD_CORE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.read(1)
        yield
        process.stdin.close()
        statuses = json.loads(process.stdout.read() or b"{}")
    if process.returncode or not REFUSED.union({200}).issuperset(map(int, statuses)):
        raise SystemExit(f"bench: the crowd of {samples.crowd} got {statuses}")
    samples.statuses.update(statuses)


def make_row(shop: Server, work: str, samples: Samples, alone: Samples) -> Row:
    statuses = ", ".join(f"{number} got {status}" for status, number in sorted(samples.statuses.items()))
    return Row(
        f"{work}, {REQUESTS_PER_SECOND} {samples.crowd}/s: {statuses}",
        percentile(samples.times, 0.99),
        " ms p99",
        percentile(alone.times, 0.99),
        "p99 without them",
        p50_ms=percentile(samples.times, 0.5),
        p99_ms=percentile(samples.times, 0.99),
        cpu_us=samples.cpu_us / len(samples.times),
        memory_mb=shop.memory_mb(),
    )


async def open_pages(shop: Server, page: str, seconds: float) -> list[float]:
    """Open a book's page, from the page cache, at a steady rate; return the times in ms."""
    began = time.perf_counter()
    idle: list[Browser] = []

    async def wait_and_open(number: int) -> float:
        await asyncio.sleep(began + number / PAGES_PER_SECOND - time.perf_counter())
        browser = idle.pop() if idle else Browser(shop.port)
        response = await browser.send(page, headers=BROWSER_HEADERS)
        idle.append(browser)
        return response.ms

    return list(await asyncio.gather(*(wait_and_open(n) for n in range(int(PAGES_PER_SECOND * seconds)))))


async def place(shop: Server, page: str, seconds: float) -> list[float]:
    return await place_orders(shop, page.split("/")[2], int(ORDERS_PER_SECOND * seconds))
