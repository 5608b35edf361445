"""Connections as our workers serve them."""

import asyncio
import gc
import hashlib
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import pytest

from bookshop.app import Shop
from bookshop.server.worker import ServerConfig, Worker

IDLE_SECONDS = 0.4
BIG = random.Random(1).randbytes(5_000_000)
GET = b"GET %s HTTP/1.1\r\nHost: shop\r\n\r\n"


class Echo:
    """A shop that answers with the path it was asked for, or with very much."""

    async def startup(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def __call__(
        self, scope: dict[str, Any], receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        body = BIG if scope["path"] == "/big" else scope["path"].encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for start in range(0, len(body), 1_000_000):
            await send(
                {"type": "http.response.body", "body": body[start : start + 1_000_000], "more_body": True}
            )
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.fixture
async def worker() -> AsyncIterator[tuple[Worker, int]]:
    """A worker in this process, and its port."""
    config = ServerConfig()
    config.keep_alive_timeout = IDLE_SECONDS
    worker = Worker(cast(Shop, Echo()), config)
    line, ours = socket.socketpair()
    line.setblocking(False)
    ours.setblocking(False)
    with socket.socket() as door, line, ours:
        door.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(worker.serve(door, line))
        await asyncio.get_running_loop().sock_recv(ours, 1)
        yield worker, door.getsockname()[1]
        worker.stopped.set()
        await serving
        gc.unfreeze()


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """The body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


async def test_an_idle_connection_is_closed_after_a_while_and_a_busy_one_is_not(
    worker: tuple[Worker, int],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", worker[1])
    for _ in range(4):
        writer.write(GET % b"/here")
        assert await read_answer(reader) == b"/here"
        await asyncio.sleep(IDLE_SECONDS / 2)
    began = time.monotonic()
    assert await reader.read() == b""
    assert IDLE_SECONDS / 4 < time.monotonic() - began < 4 * IDLE_SECONDS
    writer.close()


async def test_a_connection_that_its_client_closed_is_let_go_at_once(worker: tuple[Worker, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", worker[1])
    writer.write(GET % b"/here")
    await read_answer(reader)
    assert len(worker[0].connections) == 1
    writer.close()
    await asyncio.sleep(IDLE_SECONDS / 4)
    assert len(worker[0].connections) == 0


async def test_an_answer_of_any_size_comes_whole_however_slowly_it_is_read(
    worker: tuple[Worker, int],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", worker[1], limit=1000)
    writer.write(GET % b"/big" + GET % b"/after")
    await asyncio.sleep(IDLE_SECONDS / 4)
    assert hashlib.sha256(await read_answer(reader)).digest() == hashlib.sha256(BIG).digest()
    assert await read_answer(reader) == b"/after"
    writer.close()


async def test_a_client_that_leaves_in_the_middle_harms_nobody(worker: tuple[Worker, int]) -> None:
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", worker[1], limit=1000)
        writer.write(GET % b"/big")
        await asyncio.sleep(0.02)
        writer.transport.abort()
    reader, writer = await asyncio.open_connection("127.0.0.1", worker[1])
    writer.write(GET % b"/here")
    assert await read_answer(reader) == b"/here"
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    await asyncio.sleep(IDLE_SECONDS)
    assert len(worker[0].connections) == 0
