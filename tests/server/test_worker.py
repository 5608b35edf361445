"""Connections as a worker serves them, and what becomes of them when it stops."""

import asyncio
import gc
import hashlib
import os
import random
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypercorn.typing import ASGIFramework

from bookshop.server.event_loop import AsyncioLoop, loop_factory
from bookshop.server.stalled_connections import STALL_SECONDS
from bookshop.server.worker import serve, server_config

IDLE_SECONDS = 1.0
PATIENCE = 20
BIG = random.Random(1).randbytes(5_000_000)
GET = b"GET %s HTTP/1.1\r\nHost: shop\r\n\r\n"
# without uvloop both are the same
LOOPS = pytest.mark.parametrize("new_loop", dict.fromkeys([AsyncioLoop, loop_factory()]))


async def echo(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Respond with the request's path, or with many bytes."""
    if scope["type"] == "lifespan":
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})
        return
    body = BIG if scope["path"] == "/big" else scope["path"].encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for start in range(0, len(body), 1_000_000):
        await send({"type": "http.response.body", "body": body[start : start + 1_000_000], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass(frozen=True)
class Running:
    """A worker in this process."""

    port: int
    control_socket: socket.socket
    serving: asyncio.Task[None]

    async def connect(self, limit: int = 2**16) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=limit)


@asynccontextmanager
async def running_worker(
    idle_seconds: float = IDLE_SECONDS, stall_seconds: float = STALL_SECONDS, app: ASGIFramework = echo
) -> AsyncIterator[Running]:
    """Serve an application until the block ends."""
    worker_socket, control_socket = socket.socketpair()
    with socket.socket() as listener, worker_socket, control_socket:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        worker_socket.setblocking(False)
        control_socket.setblocking(False)
        config = server_config(os.dup(listener.fileno()))
        config.keep_alive_timeout = idle_seconds
        drain_seconds = idle_seconds + 1
        serving = asyncio.create_task(serve(app, config, worker_socket, drain_seconds, stall_seconds))
        assert await asyncio.get_running_loop().sock_recv(control_socket, 1) == b"!"
        try:
            yield Running(listener.getsockname()[1], control_socket, serving)
        finally:
            if not serving.done():
                os.kill(os.getpid(), signal.SIGTERM)
            await serving
            # it would end this process otherwise
            signal.alarm(0)
            gc.unfreeze()


@pytest.fixture
async def worker() -> AsyncIterator[Running]:
    """A worker in the test's own event loop."""
    async with running_worker() as running:
        yield running


async def read_response(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read the next response; return its head and its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return head, await reader.readexactly(length)


async def read_body(reader: asyncio.StreamReader) -> bytes:
    return (await read_response(reader))[1]


def count_sockets() -> int:
    """The sockets of this process, the clients' own ones too."""
    files = Path("/proc/self/fd").iterdir()
    return sum(str(file.readlink()).startswith("socket:") for file in files if file.is_symlink())


async def test_an_idle_connection_is_closed_after_a_while_and_a_busy_one_is_not(worker: Running) -> None:
    reader, writer = await worker.connect()
    for _ in range(5):
        writer.write(GET % b"/here")
        assert await read_body(reader) == b"/here"
        await asyncio.sleep(0.3 * IDLE_SECONDS)
    began = time.monotonic()
    assert await reader.read() == b""
    assert IDLE_SECONDS / 4 < time.monotonic() - began < PATIENCE
    writer.close()


async def test_a_response_of_any_size_arrives_whole_however_slowly_it_is_read(worker: Running) -> None:
    reader, writer = await worker.connect(limit=1000)
    writer.write(GET % b"/big" + GET % b"/after")
    await asyncio.sleep(IDLE_SECONDS / 4)
    assert hashlib.sha256(await read_body(reader)).digest() == hashlib.sha256(BIG).digest()
    assert await read_body(reader) == b"/after"
    writer.close()


async def test_a_client_that_leaves_in_the_middle_harms_no_other(worker: Running) -> None:
    before = count_sockets()
    for _ in range(5):
        _, writer = await worker.connect(limit=1000)
        writer.write(GET % b"/big")
        await asyncio.sleep(0.02)
        writer.transport.abort()
    reader, writer = await worker.connect()
    writer.write(GET % b"/here")
    assert await read_body(reader) == b"/here"
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    await wait_until(lambda: count_sockets() == before)


async def test_requests_are_read_no_faster_than_their_responses() -> None:
    """10,000 of them would hold 50 GB of responses."""
    started = 0

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        nonlocal started
        started += scope["type"] == "http"
        await echo(scope, receive, send)

    async with running_worker(app=counting) as worker:
        reader, writer = await worker.connect(limit=1000)
        writer.write(GET % b"/big" * 10_000)
        for read in range(1, 6):
            assert len(await read_body(reader)) == len(BIG)
            # two more are in the buffers of both ends of the connection
            assert started <= read + 3
        writer.transport.abort()


@LOOPS
def test_a_replaced_worker_serves_every_connection_that_it_has_accepted(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(PATIENCE), running_worker(idle_seconds=PATIENCE) as worker:
            used, unused = await worker.connect(), await worker.connect()
            used[1].write(GET % b"/first")
            head, _ = await read_response(used[0])
            assert b"connection: close" not in head
            # the last is accepted in the very turn in which accepting ends
            worker.control_socket.close()
            last = await worker.connect()
            for reader, writer in (used, unused, last):
                writer.write(GET % b"/last")
                head, body = await read_response(reader)
                assert body == b"/last"
                assert b"\r\nconnection: close\r\n" in head
                assert await reader.read() == b""
                writer.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
def test_a_replaced_worker_leaves_new_connections_to_others_and_ends(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(PATIENCE), running_worker() as worker:
            worker.control_socket.close()
            await take_turns(50)
            reader, writer = await worker.connect()
            writer.write(GET % b"/here")
            await asyncio.wait_for(worker.serving, PATIENCE)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.1)
            writer.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


async def take_turns(count: int) -> None:
    """Let the event loop run what is ready, `count` times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 100):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to be")
