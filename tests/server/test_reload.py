"""Workers are replaced while they serve, and no request fails."""

import asyncio
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import Process, free_port, is_answered, running
from tests.server.nginx import Site, running_site
from tests.server.test_supervisor import BOOKSHOP, clean_environment, copy_shop, write_env

# visitors without it would take the processor from the workers that start
PAUSE_SECONDS = 0.05
PATIENCE = 60
BASKET = {"isbn": "9781732265172", "quantity": "1"}


@pytest.fixture
def server(tmp_path: Path, sample_shop: Path) -> Iterator[Process]:
    """A shop that `bookshop serve` serves with two workers."""
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    port = free_port()
    command = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with running(command, port, tmp_path / "log", clean_environment(), tmp_path) as process:
        wait_for_workers(process, 2)
        yield process


def workers_of(server: Process) -> set[int]:
    """The processes that serve now."""
    pid = server.process.pid
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def wait_for_workers(server: Process, count: int) -> None:
    wait_until(lambda: server.log.read_text().count("is ready") == count)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def reload(server: Process) -> None:
    """Have every worker replaced, and wait until the old ones have left."""
    before = workers_of(server)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not workers_of(server) & before)


class Visitors:
    """Clients that send requests until they are stopped, and count the responses."""

    def __init__(self) -> None:
        self.seen = Counter[str]()
        self.responses = asyncio.Semaphore(0)
        self.stopped = asyncio.Event()

    async def visit(self, client: httpx.AsyncClient, method: str, path: str, data: dict[str, str]) -> None:
        """Send the same request again and again; a response that asks to reconnect is counted too."""
        async with client:
            while not self.stopped.is_set():
                try:
                    response = await client.request(method, path, data=data or None)
                except httpx.TransportError as error:
                    self.seen[type(error).__name__] += 1
                else:
                    self.seen[f"{method} {response.status_code}"] += 1
                    self.seen["close"] += response.headers.get("Connection") == "close"
                self.responses.release()
                await asyncio.sleep(PAUSE_SECONDS)

    async def wait_for_responses(self, count: int) -> None:
        for _ in range(count):
            await self.responses.acquire()


async def test_a_reload_fails_no_request_behind_nginx_or_without(tmp_path: Path) -> None:
    with running_site(tmp_path, workers=2) as (site, server):
        wait_for_workers(server, 2)
        first = workers_of(server)
        behind_nginx, without = Visitors(), Visitors()
        tasks = [
            asyncio.create_task(visit) for visit in [*visits(behind_nginx, site), *visits(without, server)]
        ]
        for _ in range(2):
            await asyncio.gather(behind_nginx.wait_for_responses(50), without.wait_for_responses(50))
            await asyncio.to_thread(reload, server)
        for visitors in (behind_nginx, without):
            visitors.stopped.set()
        await asyncio.gather(*tasks)
        assert not first & workers_of(server)
    # nginx closes a client's connection after 1,000 requests
    del behind_nginx.seen["close"]
    assert set(behind_nginx.seen) == {"GET 200", "POST 303"}, behind_nginx.seen
    # clients without a proxy are asked to reconnect
    assert set(+without.seen) == {"GET 200", "POST 303", "close"}, without.seen


def visits(visitors: Visitors, target: Site | Process) -> list[Coroutine[Any, Any, None]]:
    """Four visitors; every second one opens a connection for each request."""
    verify = target.trust() if isinstance(target, Site) else True
    clients = [
        httpx.AsyncClient(
            base_url=target.url,
            verify=verify,
            limits=httpx.Limits(max_keepalive_connections=number % 2),
            timeout=PATIENCE,
        )
        for number in range(4)
    ]
    gets = [visitors.visit(client, "GET", "/healthz", {}) for client in clients[:2]]
    posts = [visitors.visit(client, "POST", "/basket", BASKET) for client in clients[2:]]
    return gets + posts


def test_a_new_worker_that_cannot_start_changes_nothing(server: Process, tmp_path: Path) -> None:
    before = workers_of(server)
    write_env(tmp_path, STRIPE_SECRET_KEY="")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: server.log.read_text().count("a new worker did not start") == 2)
    assert "STRIPE_SECRET_KEY is missing" in server.log.read_text()
    assert workers_of(server) == before
    assert httpx.get(server.url).status_code == 200


def test_a_worker_that_dies_is_replaced(server: Process) -> None:
    before = workers_of(server)
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(workers_of(server)) == 2 and workers_of(server) != before)
    assert httpx.get(server.url).status_code == 200


def test_workers_do_not_outlive_their_supervisor(server: Process) -> None:
    server.process.kill()
    wait_until(lambda: not is_answered(server.url))


def test_a_request_in_progress_is_answered_before_the_shop_stops(server: Process) -> None:
    body = b"isbn=9781732265172&quantity=1"
    head = f"POST /basket HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as browser:
        browser.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        assert browser.recv(1000).startswith(b"HTTP/1.1 100")
        browser.sendall(body[:5])
        server.process.terminate()
        # the other worker has nothing to finish
        wait_until(lambda: len(workers_of(server)) == 1)
        browser.sendall(body[5:])
        assert browser.recv(100).startswith(b"HTTP/1.1 303")
    assert server.process.wait(PATIENCE) == 0
