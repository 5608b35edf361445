"""Measure shoppers who wait for their payment and poll when the page tells them to."""

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from html import unescape

from bench.client import BROWSER_HEADERS, Browser, percentile
from bench.machine import Server
from bench.site import Site
from bench.table import Row

NEXT_POLL = re.compile(r'data-hx-get="([^"]+)" data-hx-trigger="load delay:([\d.]+)s"')
HTMX_HEADERS = {**BROWSER_HEADERS, "HX-Request": "true", "HX-Request-Type": "partial"}
CROWDS = (500, 1000, 2000)
ARRIVAL_SECONDS = 10.0


def measure(site: Site, seconds: float) -> Iterator[Row]:
    """Measure crowds of several sizes, one after the other."""
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
    """Let all shoppers arrive, then measure; return the waits in ms and the CPU time in µs."""
    loop = asyncio.get_running_loop()
    measured_from = loop.time() + ARRIVAL_SECONDS
    ends_at = measured_from + seconds
    times: list[float] = []

    async def wait(token: str) -> None:
        await asyncio.sleep(random.uniform(0, ARRIVAL_SECONDS))
        browser, path, delay = Browser(shop.port), f"/orders/{token}/status?polls=1", 0.0
        while loop.time() + delay < ends_at:
            await asyncio.sleep(delay)
            response = await browser.send(path, headers=HTMX_HEADERS)
            if loop.time() >= measured_from:
                times.append(response.ms)
            next_poll = NEXT_POLL.search(response.body.decode())
            if not next_poll:
                raise SystemExit(
                    f"bench: the page does not poll again: {response.status} {response.body.decode()}"
                )
            path, delay = unescape(next_poll[1]), float(next_poll[2])
        browser.close()

    async def measure_cpu() -> float:
        await asyncio.sleep(ARRIVAL_SECONDS)
        before = shop.cpu_us()
        await asyncio.sleep(seconds)
        return shop.cpu_us() - before

    async with asyncio.TaskGroup() as group:
        cpu_us = group.create_task(measure_cpu())
        for token in tokens:
            group.create_task(wait(token))
    return times, cpu_us.result()
