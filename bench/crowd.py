"""A crowd that sends requests at a steady rate: python -m bench.crowd PORT PATH.

It begins a line on standard output once the rate is steady, ends when its standard input closes, and
completes the line with the number of responses of each status. The sign-in page gets attempts to sign in,
each for another name and from another network.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from itertools import count
from urllib.parse import urlencode

from bench.client import BROWSER_HEADERS, Browser, HttpResponse

REQUESTS_PER_SECOND = 200
CONNECTIONS = 50
WARM_UP_SECONDS = 2
SIGN_IN = "/office/sign-in"
# what is measured goes first
NICENESS = 10


async def main(port: int, path: str) -> None:
    """Send requests until standard input closes."""
    statuses: Counter[int] = Counter()
    numbers = count()

    async def send_in_turn(offset: float) -> None:
        browser, due = Browser(port), time.perf_counter() + offset
        while True:
            await asyncio.sleep(due - time.perf_counter())
            statuses[(await send(browser, path, next(numbers))).status] += 1
            due += CONNECTIONS / REQUESTS_PER_SECOND

    tasks = [asyncio.create_task(send_in_turn(number / REQUESTS_PER_SECOND)) for number in range(CONNECTIONS)]
    closing = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait(
        [*tasks, asyncio.create_task(asyncio.sleep(WARM_UP_SECONDS))], return_when="FIRST_COMPLETED"
    )
    sys.stdout.write(" ")
    sys.stdout.flush()
    statuses.clear()
    await asyncio.wait([*tasks, closing], return_when="FIRST_COMPLETED")
    for task in tasks:
        task.cancel()
    for problem in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(problem, asyncio.CancelledError):
            sys.exit(f"bench: {problem!r}")
    sys.stdout.write(json.dumps(statuses))


async def send(browser: Browser, path: str, number: int) -> HttpResponse:
    if path != SIGN_IN:
        return await browser.send(path, headers=BROWSER_HEADERS)
    network = f"198.18.{number // 250 % 250}.{number % 250}"
    body = urlencode({"name": f"Name {number}", "password": f"a wrong password {number}", "code": "000000"})
    return await browser.send(path, "POST", body.encode(), {**BROWSER_HEADERS, "X-Forwarded-For": network})


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
