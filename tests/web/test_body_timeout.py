"""A body that does not come ends its request, over sockets to a real server."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bookshop.app import create_app
from tests.builders import some_settings
from tests.server.test_worker import PATIENCE, Running, running_worker
from tests.web.test_security import list_routes

GRACE_SECONDS = 0.3
HEAD = b"POST %s HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n%s\r\n"
LATE = b"HTTP/1.1 408 "
NOT_FOUND = b"HTTP/1.1 404 "
# the office refuses a form that does not name its origin before it reads it
REFUSED = b"HTTP/1.1 403 "


@pytest.fixture
async def worker(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    """A worker with the whole shop, which has little patience."""
    monkeypatch.setattr("bookshop.app.BODY_GRACE_SECONDS", GRACE_SECONDS)
    app = create_app(some_settings(DATABASE_URL=sqlite_url, SWEEP_SECONDS="0"))
    # idle connections are kept for longer than a test waits
    async with running_worker(idle_seconds=3 * PATIENCE, app=app) as worker:
        yield worker


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """Return everything until the server closes the connection."""
    return await asyncio.wait_for(reader.read(-1), PATIENCE)


async def test_a_body_that_never_comes_ends_the_request_on_every_route(
    worker: Running, sqlite_url: str
) -> None:
    shop = create_app(some_settings(DATABASE_URL=sqlite_url))
    paths = {path.encode() for _, path in list_routes(shop, "POST")}
    assert b"/stripe/webhook" in paths
    for path in paths:
        for length in (b"Content-Length: 100\r\n", b"Transfer-Encoding: chunked\r\n"):
            reader, writer = await worker.connect()
            writer.write(HEAD % (path, length))
            assert (await read_to_end(reader)).startswith((LATE, NOT_FOUND, REFUSED)), path
            writer.close()


@pytest.mark.parametrize("path", [b"/basket", b"/stripe/webhook"])
async def test_a_body_that_trickles_ends_the_request(worker: Running, path: bytes) -> None:
    reader, writer = await worker.connect()
    writer.write(HEAD % (path, b"Content-Length: 10000\r\n"))
    answer = asyncio.create_task(read_to_end(reader))
    while not answer.done():
        writer.write(b"x")
        await asyncio.sleep(GRACE_SECONDS / 10)
    assert (await answer).startswith(LATE)
    writer.close()


async def test_a_body_that_comes_slowly_is_read_to_its_end(worker: Running) -> None:
    reader, writer = await worker.connect()
    writer.write(HEAD % (b"/basket", b"Content-Length: 1200\r\nConnection: close\r\n"))
    began = asyncio.get_running_loop().time()
    for _ in range(6):
        await asyncio.sleep(GRACE_SECONDS / 3)
        writer.write(b"x" * 200)
    assert asyncio.get_running_loop().time() - began > GRACE_SECONDS
    # there is no such book
    assert (await read_to_end(reader)).startswith(b"HTTP/1.1 404 ")
    writer.close()
