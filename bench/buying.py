"""Measure orders and webhooks."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import Awaitable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from bench.client import BROWSER_HEADERS, Browser, HttpResponse, percentile
from bench.load import burst
from bench.machine import Server
from bench.site import Site, find_pages
from bench.table import Row
from tests.builders import ENVIRONMENT
from tests.shopper import DETAILS

ORDERS_PER_SECOND = 20
WARM_UP_ORDERS = 20
EVENTS = 20_000
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def measure_orders(site: Site, seconds: float) -> Iterator[Row]:
    """Place orders at a steady rate, with an instant stub of Stripe, then with the simulator."""
    with site.stripe_stub() as stub, site.shop(stub.url) as shop:
        stripe_ms = measure_stub(stub)
        yield measure_shop("place an order, Stripe's time taken out", shop, seconds, stripe_ms)
    with site.simulator() as stripe, site.shop(stripe.url) as shop:
        yield measure_shop("place an order, simulator", shop, seconds)


def measure_shop(work: str, shop: Server, seconds: float, stripe_ms: float = 0) -> Row:
    """Place orders for some seconds, and subtract Stripe's time from the waits."""
    isbn = find_pages(shop)["book"].split("/")[2]
    asyncio.run(place_orders(shop, isbn, WARM_UP_ORDERS))
    before = shop.cpu_us()
    times = asyncio.run(place_orders(shop, isbn, int(ORDERS_PER_SECOND * seconds)))
    return Row(
        work,
        ORDERS_PER_SECOND,
        p50_ms=percentile(times, 0.5) - stripe_ms,
        p99_ms=percentile(times, 0.99) - stripe_ms,
        cpu_us=(shop.cpu_us() - before) / len(times),
        memory_mb=shop.memory_mb(),
    )


def measure_stub(stub: Server) -> float:
    """Return the stub's median response time in milliseconds."""

    async def measure() -> list[float]:
        browser = Browser(stub.port)
        form = urlencode({"amount": 1890, "metadata[order]": "x"}).encode()
        times = [(await browser.send("/v1/payment_intents", "POST", form)).ms for _ in range(200)]
        browser.close()
        return times

    return percentile(asyncio.run(measure()), 0.5)


async def place_orders(shop: Server, isbn: str, count: int) -> list[float]:
    """Place orders of new shoppers, ORDERS_PER_SECOND however slow the shop is; return ms."""
    began = time.perf_counter()

    async def wait_and_place(number: int) -> float:
        await asyncio.sleep(began + number / ORDERS_PER_SECOND - time.perf_counter())
        return await place_order(shop, isbn)

    return list(await asyncio.gather(*(wait_and_place(number) for number in range(count))))


async def place_order(shop: Server, isbn: str) -> float:
    """Open the form and send it; return the milliseconds of the second step."""
    browser = Browser(shop.port)
    form = await expect_status(browser.send(f"/checkout?item={isbn}", headers=BROWSER_HEADERS), 200)
    hidden = {name: unescape(value) for name, value in HIDDEN_FIELD.findall(form.body.decode())}
    body = urlencode({**hidden, **DETAILS}).encode()
    placed = await expect_status(browser.send("/checkout", "POST", body, BROWSER_HEADERS), 303)
    browser.close()
    return placed.ms


async def expect_status(response: Awaitable[HttpResponse], status: int) -> HttpResponse:
    """Wait for a response; exit if it has another status."""
    got = await response
    if got.status != status:
        raise SystemExit(f"bench: {got.status} instead of {status}:\n{got.body.decode(errors='replace')}")
    return got


def measure_webhooks(site: Site, seconds: float) -> Iterator[Row]:
    """Send events as Stripe does, each to be verified and stored once."""
    script = write_events(site.folder)
    with site.shop() as shop:
        found = burst(shop, "/stripe/webhook", seconds, {"Content-Type": "application/json"}, script)
        yield Row(
            "webhook: verify and store",
            found.rate,
            p50_ms=found.p50_ms,
            p99_ms=found.p99_ms,
            cpu_us=found.cpu_us,
            memory_mb=shop.memory_mb(),
        )


def write_events(folder: Path) -> Path:
    """Write a wrk script that sends new events, signed as Stripe signs them."""
    moment = int(time.time())
    lines = [sign_event(number, moment) for number in range(EVENTS)]
    (folder / "events.txt").write_text("".join(lines))
    script = folder / "events.lua"
    script.write_text(
        f"""
local requests, position = {{}}, 0
function init(args)
  for line in io.lines({json.dumps(str(folder / "events.txt"))}) do
    local signature, body = line:match("^(.-)\\t(.*)$")
    wrk.headers["Stripe-Signature"] = signature
    requests[#requests + 1] = wrk.format("POST", "/stripe/webhook", wrk.headers, body)
  end
end
function request()
  position = position % #requests + 1
  return requests[position]
end
"""
    )
    return script


def sign_event(number: int, moment: int) -> str:
    """Return a line of signature and body."""
    intent = {"id": f"pi_{number}", "object": "payment_intent", "metadata": {}}
    event = {
        "id": f"evt_{number}",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "created": moment,
        "data": {"object": intent},
    }
    body = json.dumps(event)
    secret = ENVIRONMENT["STRIPE_WEBHOOK_SECRET"].encode()
    signature = hmac.new(secret, f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={signature}\t{body}\n"
