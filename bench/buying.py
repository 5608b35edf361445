"""Orders and webhooks."""

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

from bench.client import BROWSER, Answer, Browser, percentile
from bench.load import burst
from bench.machine import Server
from bench.site import Site, addresses
from bench.table import Row
from tests.builders import ENVIRONMENT
from tests.shopper import DETAILS

RATE = 20
WARM_UP = 20
EVENTS = 20_000
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def measure_orders(site: Site, seconds: float) -> Iterator[Row]:
    """Orders placed at a steady rate, with Stripe played by the simulator and by one that answers at once."""
    with site.stripe_stub() as stub, site.shop(stub.url) as shop:
        answered = stripe_time(stub)
        yield row_of("place an order, Stripe's time taken out", shop, seconds, answered)
    with site.simulator() as stripe, site.shop(stripe.url) as shop:
        yield row_of("place an order, simulator", shop, seconds)


def row_of(work: str, shop: Server, seconds: float, taken_out: float = 0) -> Row:
    """Orders for some seconds."""
    isbn = addresses(shop)["book"].split("/")[2]
    asyncio.run(place_orders(shop, isbn, WARM_UP))
    before = shop.cpu_us()
    times = asyncio.run(place_orders(shop, isbn, int(RATE * seconds)))
    return Row(
        work,
        RATE,
        p50_ms=percentile(times, 0.5) - taken_out,
        p99_ms=percentile(times, 0.99) - taken_out,
        cpu_us=(shop.cpu_us() - before) / len(times),
        memory_mb=shop.memory_mb(),
    )


def stripe_time(stub: Server) -> float:
    """The milliseconds in which the stub answers, which are not the shop's."""

    async def ask() -> list[float]:
        browser = Browser(stub.port)
        form = urlencode({"amount": 1890, "metadata[order]": "x"}).encode()
        times = [(await browser.ask("/v1/payment_intents", "POST", form)).ms for _ in range(200)]
        browser.close()
        return times

    return percentile(asyncio.run(ask()), 0.5)


async def place_orders(shop: Server, isbn: str, count: int) -> list[float]:
    """New shoppers, evenly spaced whatever the shop does, who each place an order; answers their waits."""
    began = time.perf_counter()

    async def wait_and_place(number: int) -> float:
        await asyncio.sleep(began + number / RATE - time.perf_counter())
        return await place_order(shop, isbn)

    return list(await asyncio.gather(*(wait_and_place(number) for number in range(count))))


async def place_order(shop: Server, isbn: str) -> float:
    """Open the form, send it, and answer how long that took."""
    browser = Browser(shop.port)
    form = await expect(browser.ask(f"/checkout?item={isbn}", headers=BROWSER), 200)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(form.body.decode())}
    body = urlencode({**hidden, **DETAILS}).encode()
    placed = await expect(browser.ask("/checkout", "POST", body, BROWSER), 303)
    browser.close()
    return placed.ms


async def expect(asked: Awaitable[Answer], status: int) -> Answer:
    """An answer of this status, or the end of the run."""
    answer = await asked
    if answer.status != status:
        raise SystemExit(
            f"bench: {answer.status} instead of {status}:\n{answer.body.decode(errors='replace')}"
        )
    return answer


def measure_webhooks(site: Site, seconds: float) -> Iterator[Row]:
    """Events of Stripe, each verified and stored once."""
    script = sign_events(site.folder)
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


def sign_events(folder: Path) -> Path:
    """A script for wrk that sends events which the shop has not seen, signed as Stripe signs them."""
    moment = int(time.time())
    lines = []
    for number in range(EVENTS):
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
        lines.append(f"t={moment},v1={signature}\t{body}\n")
    (folder / "events.txt").write_text("".join(lines))
    script = folder / "events.lua"
    script.write_text(
        f"""
local requests, next_one = {{}}, 0
function init(args)
  for line in io.lines({json.dumps(str(folder / "events.txt"))}) do
    local signature, body = line:match("^(.-)\\t(.*)$")
    wrk.headers["Stripe-Signature"] = signature
    requests[#requests + 1] = wrk.format("POST", "/stripe/webhook", wrk.headers, body)
  end
end
function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
"""
    )
    return script
