"""A connection is released as soon as its client has closed it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from h2.connection import H2Connection

from tests.server.test_stalled_connections import HTTP_2_PREFACE
from tests.server.test_worker import (
    BIG,
    GET,
    LOOPS,
    PATIENCE,
    count_sockets,
    echo,
    read_body,
    running_worker,
    wait_until,
)

Loop = Callable[[], asyncio.AbstractEventLoop]
# of its request for an upgrade, the client gets the response over HTTP/2
UPGRADE = b"GET /here HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
UPGRADE += b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"


def http_2_request(path: bytes) -> bytes:
    """Return what a client that knows of HTTP/2 sends first."""
    connection = H2Connection()
    connection.initiate_connection()
    headers = [(":method", "GET"), (":scheme", "http"), (":authority", "shop"), (":path", path.decode())]
    connection.send_headers(connection.get_next_available_stream_id(), headers, end_stream=True)
    return connection.data_to_send()


@LOOPS
@pytest.mark.parametrize(
    "sent", [b"", GET % b"/here", GET[:20], GET % b"/big", HTTP_2_PREFACE, UPGRADE], ids=len
)
@pytest.mark.parametrize("is_reset", [False, True])
def test_a_connection_that_its_client_closed_is_released(
    new_loop: Loop, sent: bytes, *, is_reset: bool
) -> None:
    async def scenario() -> None:
        # an idle connection would be kept for longer than this test waits
        async with running_worker(idle_seconds=3 * PATIENCE) as worker:
            before = count_sockets()
            reader, writer = await worker.connect()
            writer.write(sent)
            if sent.endswith(b"\r\n\r\n") or sent is HTTP_2_PREFACE:
                assert await reader.read(1000)
            await wait_until(lambda: count_sockets() == before + 2)
            writer.transport.abort() if is_reset else writer.close()
            await wait_until(lambda: count_sockets() == before)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
@pytest.mark.parametrize("path", [b"/here", b"/big"])
@pytest.mark.parametrize(
    "make_request", [lambda path: GET % path, lambda path: GET % path * 3, http_2_request]
)
def test_a_client_that_does_not_wait_for_its_response_is_released(
    new_loop: Loop, path: bytes, make_request: Callable[[bytes], bytes]
) -> None:
    served: list[str] = []

    async def served_echo(scope: Any, receive: Any, send: Any) -> None:
        served.append(scope["type"])
        await echo(scope, receive, send)

    async def scenario() -> None:
        async with running_worker(idle_seconds=3 * PATIENCE, app=served_echo) as worker:
            reader, other = await worker.connect()
            other.write(GET % b"/here")
            await read_body(reader)
            before = len(asyncio.all_tasks())
            _, writer = await worker.connect()
            writer.write(make_request(path))
            writer.close()
            await wait_until(lambda: len(served) >= 3 and len(asyncio.all_tasks()) == before)
            other.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
def test_a_client_that_has_sent_everything_gets_every_response(new_loop: Loop) -> None:
    async def scenario() -> None:
        # an idle connection would be kept for longer than this test waits
        async with running_worker(idle_seconds=3 * PATIENCE) as worker, asyncio.timeout(PATIENCE):
            before = count_sockets()
            reader, writer = await worker.connect()
            writer.write(GET % b"/big" + GET % b"/after")
            writer.write_eof()
            assert await read_body(reader) == BIG
            assert await read_body(reader) == b"/after"
            assert await reader.read() == b""
            writer.close()
            await wait_until(lambda: count_sockets() == before)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
def test_a_body_that_the_application_does_not_read_holds_no_connection(new_loop: Loop) -> None:
    async def scenario() -> None:
        async with running_worker(idle_seconds=3 * PATIENCE) as worker, asyncio.timeout(PATIENCE):
            before = count_sockets()
            reader, writer = await worker.connect()
            head = b"GET /here HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
            writer.write(head + b"1\r\nx\r\n" * 100)
            assert await read_body(reader) == b"/here"
            assert await reader.read() == b""
            writer.close()
            await wait_until(lambda: count_sockets() == before)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())
