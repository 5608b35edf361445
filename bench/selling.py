"""Measure whole sales: an order that is placed, paid, shown as paid, and confirmed by mail."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

from aiosmtpd.controller import Controller

from bench.buying import HIDDEN_FIELD, expect_status
from bench.client import BROWSER_HEADERS, Browser, percentile
from bench.machine import Server
from bench.site import Site, find_pages
from bench.table import Row
from tests.payments.stripe_account import Account
from tests.processes import free_port
from tests.shopper import DETAILS

SALES_PER_SECOND = 10
WARM_UP_SALES = 20
# the shop looks for mail each second
MAIL_SECONDS = 3
INTENT = re.compile(r'data-client-secret="(pi_\w+?)_secret_')


def measure_sales(site: Site, seconds: float) -> Iterator[Row]:
    """Sell at a steady rate, with the simulator and a mail server."""
    with site.simulator() as stripe, mail_server() as port:
        settings = {
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "shop@books.example",
            "SWEEP_SECONDS": "15",
        }
        with replace(site, env={**site.env, **settings}).shop(stripe.url) as shop:
            isbn, account = find_pages(shop)["book"].split("/")[2], Account(stripe.url)
            asyncio.run(sell(shop, account, isbn, WARM_UP_SALES))
            before = shop.cpu_us()
            times = asyncio.run(sell(shop, account, isbn, int(SALES_PER_SECOND * seconds)))
            yield Row(
                "sell: place, pay, receipt, mail",
                SALES_PER_SECOND,
                p50_ms=percentile(times, 0.5),
                p99_ms=percentile(times, 0.99),
                cpu_us=(shop.cpu_us() - before) / len(times),
                memory_mb=shop.memory_mb(),
            )


class Sink:
    """Accepts every message."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd names it by its command
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[int]:
    """Run a mail server in a thread of the load, and yield its port."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


async def sell(shop: Server, account: Account, isbn: str, count: int) -> list[float]:
    """Sell to new shoppers, SALES_PER_SECOND; return the milliseconds of each."""
    began = time.perf_counter()

    async def wait_and_sell(number: int) -> float:
        await asyncio.sleep(began + number / SALES_PER_SECOND - time.perf_counter())
        return await sell_one(shop, account, isbn)

    times = list(await asyncio.gather(*(wait_and_sell(number) for number in range(count))))
    await asyncio.sleep(MAIL_SECONDS)
    return times


async def sell_one(shop: Server, account: Account, isbn: str) -> float:
    """Fill in the form, pay, and open the receipt."""
    browser = Browser(shop.port)
    form = await expect_status(browser.send(f"/checkout?item={isbn}", headers=BROWSER_HEADERS), 200)
    hidden = {name: unescape(value) for name, value in HIDDEN_FIELD.findall(form.body.decode())}
    body = urlencode({**hidden, **DETAILS}).encode()
    placed = await expect_status(browser.send("/checkout", "POST", body, BROWSER_HEADERS), 303)
    location = dict(placed.headers)["location"]
    pay_page = await expect_status(browser.send(location, headers=BROWSER_HEADERS), 200)
    await account.pay(INTENT.findall(pay_page.body.decode())[0])
    # a payment is read from Stripe once in two seconds
    await asyncio.sleep(2)
    receipt = await expect_status(
        browser.send(location.replace("/checkout/", "/orders/"), headers=BROWSER_HEADERS), 200
    )
    if b"Thank&nbsp;you" not in receipt.body:
        raise SystemExit("bench: the receipt does not show the payment")
    browser.close()
    return form.ms + placed.ms + pay_page.ms + receipt.ms
