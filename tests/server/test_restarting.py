"""Workers come and go behind an open door: nobody who stands there notices."""

import asyncio
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes import Process, free_port, is_answered, running
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run, write_env

MOST_MEMORY_KB = 80_000
PATIENCE = 60


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    """A shop as `bookshop serve` serves it, with two workers."""
    write_env(tmp_path)
    assert run(["migrate", "--with-samples"], tmp_path).returncode == 0
    port = free_port()
    command = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with running(command, port, tmp_path / "log", clean_environment(), tmp_path) as process:
        wait_until(lambda: process.log.read_text().count("serves") == 2)
        yield process


def workers_of(served: Process) -> set[int]:
    """The processes that serve now."""
    pid = served.process.pid
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come to be."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def visit(url: str, seen: Counter[str], over: asyncio.Event, *, keeps: bool) -> None:
    """Be a browser that keeps its connection, or that opens one each time."""
    limits = httpx.Limits(max_keepalive_connections=1 if keeps else 0)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=PATIENCE) as browser:
        while not over.is_set():
            try:
                answer = await browser.get("/healthz")
            except httpx.TransportError as error:
                seen[type(error).__name__] += 1
            else:
                seen[str(answer.status_code)] += 1
                seen["told to close"] += answer.headers.get("Connection") == "close"


def renew(served: Process) -> None:
    """Have every worker replaced, and wait until the old ones have left."""
    before = workers_of(served)
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not workers_of(served) & before)


async def test_a_restart_under_load_fails_nobody(served: Process) -> None:
    first = workers_of(served)
    seen, over = Counter[str](), asyncio.Event()
    visitors = [asyncio.create_task(visit(served.url, seen, over, keeps=n % 2 == 0)) for n in range(12)]
    for _ in range(2):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(renew, served)
    over.set()
    await asyncio.gather(*visitors)
    assert not first & workers_of(served)
    assert seen["told to close"] > 0
    assert set(seen) == {"200", "told to close"}, seen
    assert seen["200"] > 100


def test_a_new_worker_that_cannot_start_changes_nothing(served: Process, tmp_path: Path) -> None:
    before = workers_of(served)
    write_env(tmp_path, STRIPE_SECRET_KEY="")
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: served.log.read_text().count("a new worker did not start") == 2)
    assert "STRIPE_SECRET_KEY is missing" in served.log.read_text()
    assert workers_of(served) == before
    assert httpx.get(served.url).status_code == 200


def test_a_worker_that_dies_is_replaced(served: Process) -> None:
    before = workers_of(served)
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(workers_of(served)) == 2 and workers_of(served) != before)
    assert httpx.get(served.url).status_code == 200


def test_workers_do_not_outlive_their_parent(served: Process) -> None:
    served.process.kill()
    wait_until(lambda: not is_answered(served.url))


def test_what_was_begun_is_answered_before_the_end(served: Process) -> None:
    body = b"isbn=9781732265172&quantity=1"
    head = f"POST /basket HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2]))) as browser:
        browser.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + body[:5])
        time.sleep(0.3)
        served.process.terminate()
        time.sleep(0.3)
        browser.sendall(body[5:])
        assert browser.recv(100).startswith(b"HTTP/1.1 303")
    assert served.process.wait(PATIENCE) == 0


def test_a_worker_is_light_after_its_start(served: Process) -> None:
    assert httpx.get(served.url).status_code == 200
    for pid in workers_of(served):
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        assert int(status["VmRSS"].split()[0]) < MOST_MEMORY_KB
