"""Shoppers who wait for their payment: each asks again when the shop has said to."""

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from html import unescape

from bench.client import BROWSER, Browser, percentile
from bench.machine import Server
from bench.site import Site
from bench.table import Row

AGAIN = re.compile(r'data-hx-get="([^"]+)" data-hx-trigger="load delay:([\d.]+)s"')
HTMX = {**BROWSER, "HX-Request": "true", "HX-Request-Type": "partial"}
CROWDS = (500, 1000, 2000)
ARRIVAL_SECONDS = 10.0


def measure(site: Site, seconds: float) -> Iterator[Row]:
    """Crowds of several sizes, one after the other."""
    for crowd in CROWDS:
        with site.stripe_stub() as stub, site.shop(stub.url) as shop:
            times, cpu_us = asyncio.run(poll(shop, site.tokens[:crowd], seconds))
            yield Row(
                f"status poll by {crowd} shoppers",
                len(times) / seconds,
                p50_ms=percentile(times, 0.5),
                p99_ms=percentile(times, 0.99),
                cpu_us=cpu_us / len(times),
                memory_mb=shop.memory_mb(),
            )


async def poll(shop: Server, tokens: Sequence[str], seconds: float) -> tuple[list[float], float]:
    """Let them arrive one by one, and then watch for some seconds; answers the waits and the CPU used."""
    loop = asyncio.get_running_loop()
    watched_from = loop.time() + ARRIVAL_SECONDS
    over = watched_from + seconds
    times: list[float] = []

    async def wait(token: str) -> None:
        await asyncio.sleep(random.uniform(0, ARRIVAL_SECONDS))
        browser, path, delay = Browser(shop.port), f"/orders/{token}/status?polls=1", 0.0
        while loop.time() + delay < over:
            await asyncio.sleep(delay)
            answer = await browser.ask(path, headers=HTMX)
            if loop.time() >= watched_from:
                times.append(answer.ms)
            again = AGAIN.search(answer.body.decode())
            if not again:
                raise SystemExit(f"bench: nothing to wait for: {answer.status} {answer.body.decode()}")
            path, delay = unescape(again[1]), float(again[2])
        browser.close()

    async def watch() -> float:
        await asyncio.sleep(ARRIVAL_SECONDS)
        before = shop.cpu_us()
        await asyncio.sleep(seconds)
        return shop.cpu_us() - before

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        for token in tokens:
            group.create_task(wait(token))
    return times, watching.result()
